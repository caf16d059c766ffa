// Drives one Verilator model for Node: pokes, peeks, ticks, and whole streams in one call. The meaning of every
// function is that of the interface Simulator in src/simulate/simulator.ts. Compiled once per set of flags and linked
// to every model.
//
// Nothing here ends the process: a failed assertion, $stop, $finish or $fatal becomes a status and a message.

#include "harness.h"
#include "runtime.h"

#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <fstream>
#include <memory>
#include <stdexcept>

namespace {

enum Status : int { ok = 0, stopped = 1, finished = 2, fatal = 3 };

/// Thrown out of a model that cannot go on; Verilator's runtime expects vl_fatal not to return.
struct Fatal {};

struct Clock {
    uint8_t* pin;
    uint32_t period;
    /// Ticks until the next rising edge; 1: at the end of this tick.
    uint32_t left;
};

/// One port of a stream's payload, and where its value lies in the limbs of a beat.
struct Leaf {
    sluice::Port port;
    uint32_t limb;
    uint32_t shift;
    /// The value reaches into limb `limb + i + 1` for i below this.
    uint32_t crossings;
};

struct Stream {
    uint8_t* valid;
    uint8_t* ready;
    const Clock* clock;
    std::vector<Leaf> leaves;
    uint32_t beatLimbs;
    /// No limb of a beat has bits of two leaves.
    bool aligned;
    uint32_t count;
    std::unique_ptr<uint32_t[]> beats;
    std::unique_ptr<uint32_t[]> stamps;
    uint64_t stallBelow;
    uint32_t random;
    uint32_t done = 0;
    /// The beat after `done` ones.
    uint32_t* beat;
    bool raised = false;

    bool rising() const { return clock->left == 1; }
    bool stalled() {
        if (stallBelow == 0) return false;
        random ^= random << 13;
        random ^= random >> 17;
        random ^= random << 5;
        return random < stallBelow;
    }
    void transfer(uint32_t tick) {
        stamps[done++] = tick;
        beat += beatLimbs;
    }
};

struct Instance {
    std::string folder;
    std::unique_ptr<sluice::Model> model;
    std::vector<Clock> clocks;
    /// Pin of the clocks that nothing in the design needs.
    uint8_t unconnected = 0;
    std::vector<Stream> inputs;
    std::vector<Stream> outputs;
    uint64_t ticks = 0;
    /// Something changed since the combinational logic last settled.
    bool unsettled = true;
    bool tracing = false;
    bool dead = false;
    Status status = ok;
    std::string message;
    /// The text printed last, which is the message when vl_stop follows.
    std::string printed;

    void fail(Status why, const char* file, int line, const char* what) {
        if (status != ok) return;
        status = why;
        message = printed.empty() ? std::string(file && *file ? file : "?") + ":" + std::to_string(line) + ": " + what
                                  : printed;
        printed.clear();
    }
};

/// The instance whose model this thread is evaluating.
thread_local Instance* current = nullptr;

void flush(Instance& instance) {
    if (instance.printed.empty()) return;
    std::fwrite(instance.printed.data(), 1, instance.printed.size(), stdout);
    std::fflush(stdout);
    instance.printed.clear();
}

/// Runs `body` with `instance` current, and turns whatever happens into a status.
template <typename Body>
int guarded(Instance& instance, Body body) {
    if (instance.dead) return instance.status;
    instance.status = ok;
    instance.message.clear();
    current = &instance;
    if (instance.model) Verilated::threadContextp(&instance.model->context);
    try {
        body();
    } catch (const Fatal&) {
        instance.dead = true;
    } catch (const std::exception& error) {
        instance.fail(fatal, "harness.cpp", 0, error.what());
        instance.dead = true;
    }
    flush(instance);
    current = nullptr;
    return instance.status;
}

uint32_t limbsOf(uint32_t width) { return (width + 31) / 32; }

void storeLimb(const sluice::Port& port, uint32_t index, uint32_t value) {
    if (port.width <= 8) *static_cast<uint8_t*>(port.data) = static_cast<uint8_t>(value);
    else if (port.width <= 16) *static_cast<uint16_t*>(port.data) = static_cast<uint16_t>(value);
    else static_cast<uint32_t*>(port.data)[index] = value;
}

uint32_t loadLimb(const sluice::Port& port, uint32_t index) {
    if (port.width <= 8) return *static_cast<const uint8_t*>(port.data);
    if (port.width <= 16) return *static_cast<const uint16_t*>(port.data);
    return static_cast<const uint32_t*>(port.data)[index];
}

/// The bits of limb `index` that a value of `width` bits has.
uint32_t maskOf(uint32_t width, uint32_t index) {
    const uint32_t bits = width - 32 * index;
    return bits >= 32 ? ~0u : (1u << bits) - 1;
}

void beatToPort(const uint32_t* beat, const Leaf& leaf) {
    beat += leaf.limb;
    const uint32_t limbs = limbsOf(leaf.port.width);
    for (uint32_t i = 0; i < limbs; ++i) {
        uint32_t value = beat[i] >> leaf.shift;
        if (i < leaf.crossings) value |= beat[i + 1] << (32 - leaf.shift);
        storeLimb(leaf.port, i, value & maskOf(leaf.port.width, i));
    }
}

void portToBeat(const Leaf& leaf, uint32_t* beat) {
    beat += leaf.limb;
    const uint32_t limbs = limbsOf(leaf.port.width);
    for (uint32_t i = 0; i < limbs; ++i) {
        const uint32_t value = loadLimb(leaf.port, i);
        beat[i] |= value << leaf.shift;
        if (i < leaf.crossings) beat[i + 1] |= value >> (32 - leaf.shift);
    }
}

void putBeat(const Stream& stream) {
    if (stream.aligned) {
        for (const Leaf& leaf : stream.leaves) {
            const uint32_t limbs = limbsOf(leaf.port.width);
            for (uint32_t i = 0; i < limbs; ++i) storeLimb(leaf.port, i, stream.beat[leaf.limb + i]);
        }
    } else {
        for (const Leaf& leaf : stream.leaves) beatToPort(stream.beat, leaf);
    }
}

void takeBeat(const Stream& stream) {
    if (stream.aligned) {
        for (const Leaf& leaf : stream.leaves) {
            const uint32_t limbs = limbsOf(leaf.port.width);
            for (uint32_t i = 0; i < limbs; ++i) stream.beat[leaf.limb + i] = loadLimb(leaf.port, i);
        }
    } else {
        std::fill_n(stream.beat, stream.beatLimbs, 0);
        for (const Leaf& leaf : stream.leaves) portToBeat(leaf, stream.beat);
    }
}

void settle(Instance& instance) {
    if (!instance.unsettled) return;
    for (Clock& clock : instance.clocks) *clock.pin = 0;
    instance.model->eval();
    instance.unsettled = false;
}

/// The clock edges at the end of a tick whose logic has settled.
void edge(Instance& instance) {
    sluice::Model& model = *instance.model;
    if (instance.tracing) model.dumpTrace();
    bool any = false;
    for (Clock& clock : instance.clocks) {
        if (--clock.left != 0) continue;
        clock.left = clock.period;
        *clock.pin = 1;
        any = true;
    }
    // A tick is ten time units: clocks rise in its middle.
    model.context.time(10 * instance.ticks + 5);
    if (any) {
        model.eval();
        instance.unsettled = true;
        if (instance.tracing) model.dumpTrace();
    }
    ++instance.ticks;
    model.context.time(10 * instance.ticks);
}

void runStreams(Instance& instance, uint32_t idleLimit, uint32_t& ticks, bool& hung) {
    size_t unfinished = 0;
    for (const Stream& stream : instance.inputs) unfinished += stream.count != 0;
    for (const Stream& stream : instance.outputs) unfinished += stream.count != 0;

    for (uint32_t idle = 0; unfinished != 0;) {
        for (Stream& stream : instance.inputs) {
            if (!stream.rising()) continue;
            const bool stalled = stream.stalled();
            if (!stream.raised && !stalled && stream.done != stream.count) {
                putBeat(stream);
                stream.raised = true;
            }
            *stream.valid = stream.raised;
        }
        for (Stream& stream : instance.outputs) {
            if (stream.rising()) *stream.ready = !stream.stalled() && stream.done != stream.count;
        }
        instance.unsettled = true;
        settle(instance);
        if (instance.status != ok) return;

        bool moved = false;
        for (Stream& stream : instance.inputs) {
            if (!stream.rising() || !stream.raised || !*stream.ready) continue;
            stream.transfer(ticks);
            stream.raised = false;
            moved = true;
            unfinished -= stream.done == stream.count;
        }
        for (Stream& stream : instance.outputs) {
            if (!stream.rising() || !*stream.ready || !*stream.valid) continue;
            takeBeat(stream);
            stream.transfer(ticks);
            moved = true;
            unfinished -= stream.done == stream.count;
        }
        edge(instance);
        ++ticks;
        if (instance.status != ok) return;
        idle = moved ? 0 : idle + 1;
        if (idle >= idleLimit) {
            hung = unfinished != 0;
            return;
        }
    }
}

Stream makeStream(Instance& instance, uint32_t valid, uint32_t ready, uint32_t clock, const uint32_t* leaves,
                  uint32_t leafCount, uint32_t count, double stallBelow, uint32_t seed) {
    const std::vector<sluice::Port>& ports = instance.model->ports;
    Stream stream{};
    stream.valid = static_cast<uint8_t*>(ports[valid].data);
    stream.ready = static_cast<uint8_t*>(ports[ready].data);
    stream.clock = &instance.clocks[clock];
    uint32_t width = 0;
    stream.aligned = true;
    for (uint32_t i = 0; i < leafCount; ++i) {
        const sluice::Port& port = ports[leaves[i]];
        const uint32_t end = width + port.width;
        const uint32_t crossings = width % 32 == 0 ? 0 : (end - 1) / 32 - width / 32;
        stream.leaves.push_back({port, width / 32, width % 32, crossings});
        if (width % 32 != 0) stream.aligned = false;
        width = end;
    }
    stream.beatLimbs = limbsOf(width);
    stream.count = count;
    // Not initialised: a run may be long and end early.
    stream.beats.reset(new uint32_t[static_cast<size_t>(count) * stream.beatLimbs]);
    stream.stamps.reset(new uint32_t[count]);
    stream.beat = stream.beats.get();
    stream.stallBelow = static_cast<uint64_t>(stallBelow);
    stream.random = seed;
    return stream;
}

}  // namespace

std::string sluice::memoryFile(const std::string& name) {
    const std::string path = name[0] == '/' ? name : current->folder + "/" + name;
    if (!std::ifstream(path)) throw std::runtime_error("$readmem cannot read " + path);
    return path;
}

int sluice_printf(const char* format, ...) {
    va_list arguments;
    va_start(arguments, format);
    va_list again;
    va_copy(again, arguments);
    std::string text(static_cast<size_t>(std::vsnprintf(nullptr, 0, format, arguments)) + 1, '\0');
    const int length = std::vsnprintf(&text[0], text.size(), format, again);
    va_end(again);
    va_end(arguments);
    text.pop_back();
    if (current) {
        flush(*current);
        current->printed = text;
    } else {
        std::fwrite(text.data(), 1, text.size(), stdout);
    }
    return length;
}

void vl_stop(const char* file, int line, const char*) { current->fail(stopped, file, line, "$stop"); }
void vl_finish(const char* file, int line, const char*) { current->fail(finished, file, line, "$finish"); }
void vl_fatal(const char* file, int line, const char*, const char* what) {
    current->fail(fatal, file, line, what);
    throw Fatal{};
}

#define SLUICE_API extern "C" __attribute__((visibility("default")))

/// Clocks: `clockCount` pairs of port and period. `high`: ports that start at 1 (resets that are active low).
/// `trace`: FST file, or null.
SLUICE_API Instance* sluice_new(uint32_t index, const char* folder, const char* trace, const uint32_t* clocks,
                                uint32_t clockCount, const uint32_t* high, uint32_t highCount) {
    Instance* instance = new Instance;
    instance->folder = folder;
    guarded(*instance, [&] {
        instance->model.reset(sluice::newModel(index));
        sluice::Model& model = *instance->model;
        Verilated::threadContextp(&model.context);
        for (uint32_t i = 0; i < clockCount; ++i) {
            const bool connected = clocks[2 * i] < model.ports.size();
            uint8_t* pin = connected ? static_cast<uint8_t*>(model.ports[clocks[2 * i]].data) : &instance->unconnected;
            instance->clocks.push_back({pin, clocks[2 * i + 1], clocks[2 * i + 1]});
        }
        for (uint32_t i = 0; i < highCount; ++i) storeLimb(model.ports[high[i]], 0, 1);
        if (trace) model.openTrace(trace);
        instance->tracing = trace != nullptr;
        settle(*instance);
    });
    return instance;
}

SLUICE_API int sluice_write_coverage(Instance* instance, const char* path) {
    return guarded(*instance, [&] { instance->model->writeCoverage(path); });
}

SLUICE_API void sluice_free(Instance* instance) {
    instance->dead = false;
    guarded(*instance, [&] { instance->model.reset(); });
    delete instance;
}

/// Status of the last call; its message is in sluice_message.
SLUICE_API int sluice_status(const Instance* instance) { return instance->status; }
SLUICE_API const char* sluice_message(const Instance* instance) { return instance->message.c_str(); }
SLUICE_API double sluice_ticks(const Instance* instance) { return static_cast<double>(instance->ticks); }

SLUICE_API void sluice_poke(Instance* instance, uint32_t port, const uint32_t* limbs) {
    const sluice::Port& to = instance->model->ports[port];
    for (uint32_t i = 0; i < limbsOf(to.width); ++i) storeLimb(to, i, limbs[i]);
    instance->unsettled = true;
}

SLUICE_API int sluice_peek(Instance* instance, uint32_t port, uint32_t* limbs) {
    return guarded(*instance, [&] {
        settle(*instance);
        const sluice::Port& from = instance->model->ports[port];
        for (uint32_t i = 0; i < limbsOf(from.width); ++i) limbs[i] = loadLimb(from, i);
    });
}

SLUICE_API int sluice_step(Instance* instance, double ticks) {
    return guarded(*instance, [&] {
        for (double i = 0; i < ticks && instance->status == ok; ++i) {
            settle(*instance);
            if (instance->status == ok) edge(*instance);
        }
    });
}

SLUICE_API void sluice_clear_streams(Instance* instance) {
    instance->inputs.clear();
    instance->outputs.clear();
}

/// The next run pushes `count` beats; stalls where the random number is below `stallBelow`.
SLUICE_API void sluice_add_input(Instance* instance, uint32_t valid, uint32_t ready, uint32_t clock,
                                 const uint32_t* leaves, uint32_t leafCount, uint32_t count, double stallBelow,
                                 uint32_t seed, const uint32_t* beats) {
    instance->inputs.push_back(
        makeStream(*instance, valid, ready, clock, leaves, leafCount, count, stallBelow, seed));
    const Stream& stream = instance->inputs.back();
    std::copy_n(beats, static_cast<size_t>(count) * stream.beatLimbs, stream.beat);
}

/// The next run takes `count` beats.
SLUICE_API void sluice_add_output(Instance* instance, uint32_t valid, uint32_t ready, uint32_t clock,
                                  const uint32_t* leaves, uint32_t leafCount, uint32_t count, double stallBelow,
                                  uint32_t seed) {
    instance->outputs.push_back(
        makeStream(*instance, valid, ready, clock, leaves, leafCount, count, stallBelow, seed));
}

/// `result`: ticks taken; 1 if no beat moved for `idleLimit` ticks.
SLUICE_API int sluice_run(Instance* instance, uint32_t idleLimit, uint32_t* result) {
    return guarded(*instance, [&] {
        uint32_t ticks = 0;
        bool hung = false;
        runStreams(*instance, idleLimit, ticks, hung);
        for (Stream& stream : instance->inputs) *stream.valid = 0;
        for (Stream& stream : instance->outputs) *stream.ready = 0;
        instance->unsettled = true;
        result[0] = ticks;
        result[1] = hung;
    });
}

/// Beats that moved in the last run on input or output number `index`; copies their stamps, and an output's beats.
SLUICE_API uint32_t sluice_count(const Instance* instance, bool output, uint32_t index) {
    return (output ? instance->outputs : instance->inputs)[index].done;
}
SLUICE_API void sluice_take(const Instance* instance, bool output, uint32_t index, uint32_t* stamps, uint32_t* beats) {
    const Stream& stream = (output ? instance->outputs : instance->inputs)[index];
    std::copy_n(stream.stamps.get(), stream.done, stamps);
    if (output) std::copy_n(stream.beats.get(), static_cast<size_t>(stream.done) * stream.beatLimbs, beats);
}
