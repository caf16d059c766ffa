// Included ahead of Verilator's own runtime sources: what they print goes through the harness.
#pragma once

int sluice_printf(const char* format, ...) __attribute__((format(printf, 1, 2)));
#define VL_PRINTF sluice_printf
