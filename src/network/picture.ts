import { SluiceError } from "../error.ts";
import { fileLimits, readBytes, reasonOf } from "../files.ts";

/** A picture as bytes in the order row, column, channel. */
export interface Picture {
  /** Height, width, channels. */
  readonly shape: readonly [number, number, number];
  readonly data: Uint8Array<ArrayBuffer>;
}

/** As libvips calls them. Left out is SVG above all, which may draw without end and name other files. */
const formats: readonly (string | undefined)[] = ["png", "jpeg", "webp", "gif", "tiff", "heif"];

const pixelLimit = 100_000_000;
const secondsLimit = 60;

/**
 * Reads a picture file: PNG, JPEG and what else `formats` has. Transparent parts become white; the
 * orientation that a camera noted is applied.
 *
 * @param shape Height, width, channels (1 grey, 3 red, green, blue) to bring it to: cut in the middle to that
 *   ratio and scaled. As it is, in 3 channels, where not given.
 * @throws SluiceError `picture-unreadable`, `picture-channels`.
 */
export async function readPicture(path: string, shape?: readonly number[]): Promise<Picture> {
  const [height, width, channels = shape === undefined ? 3 : 1] = shape ?? [];
  if (channels !== 1 && channels !== 3) {
    const message = `The network takes images of ${channels} channels; a picture has 1 or 3.`;
    throw new SluiceError("picture-channels", message, { where: path });
  }
  // sharp, because it is kept up and reads every usual format by itself (libvips, built for each platform); pngjs and
  // jpeg-js, also under jimp, have not been kept up for years, and each reads one format. Loaded when it is needed:
  // that takes a moment.
  const { default: sharp } = await import("sharp");
  try {
    const bytes = readBytes(path, fileLimits.text);
    const { format } = await sharp(bytes).metadata();
    if (!formats.includes(format)) throw new Error(`it is of the format ${format}`);
    let picture = sharp(bytes, { limitInputPixels: pixelLimit }).timeout({ seconds: secondsLimit });
    picture = picture.autoOrient().flatten({ background: "white" });
    picture = picture.toColourspace(channels === 1 ? "b-w" : "srgb");
    if (height !== undefined && width !== undefined)
      picture = picture.resize(width, height, { fit: "cover" });
    const { data, info } = await picture.raw().toBuffer({ resolveWithObject: true });
    return { shape: [info.height, info.width, info.channels], data: Uint8Array.from(data) };
  } catch (cause) {
    const hint = "It has to be a PNG, JPEG, WebP, GIF, TIFF or AVIF file.";
    throw new SluiceError("picture-unreadable", `The picture cannot be read: ${reasonOf(cause)}.`, {
      where: path,
      cause,
      hint,
    });
  }
}
