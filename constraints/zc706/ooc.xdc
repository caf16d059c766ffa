# ZC706, a module out of context: where the clock comes from, so that clock skew is counted.
# 7 series devices have their 32 global clock buffers in the middle of the device, BUFGCTRL_X0Y0 to X0Y31 (UG472); which
# of them drives the clock of the full design is not known here, and hardly matters. See UG905 on HD.CLK_SRC.
set_property HD.CLK_SRC BUFGCTRL_X0Y16 [get_ports -of_objects [get_clocks *]]
