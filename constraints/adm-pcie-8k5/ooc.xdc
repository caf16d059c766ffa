# ADM-PCIE-8K5, a module out of context. No HD.CLK_SRC: the place of a clock buffer of the XCKU115 is in no public source
# that we know, and the property is optional. Without it, skew between clock regions is not counted.
