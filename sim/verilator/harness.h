// The contract between the code generated for each model (sim/verilator/binding.ts) and the harness.
#pragma once

#include "verilated.h"

#include <cstdint>
#include <string>
#include <vector>

namespace sluice {

/// Where Verilator keeps the value of a top-level port: one integer of 1, 2, 4 or 8 bytes up to 64 bits, else
/// 32-bit words, least significant first.
struct Port {
    void* data;
    uint32_t width;
};

/// One instance of a design, in its own context.
class Model {
public:
    virtual ~Model() = default;
    virtual void eval() = 0;
    virtual void openTrace(const char* path) = 0;
    virtual void dumpTrace() = 0;
    /// Writes what was counted, where the model counts lines, branches and bits.
    virtual void writeCoverage(const char*) {}

    VerilatedContext context;
    /// In the order of the top module's ports.
    std::vector<Port> ports;
};

/// Defined by the generated code: a new instance of the library's model number `index`.
Model* newModel(uint32_t index);

/// Path of a file that the model being evaluated reads with $readmemh.
std::string memoryFile(const std::string& name);

}  // namespace sluice
