# What the block designs' IPs have, by their product guides: parameters with what their values look like, and by the
# values of these, interfaces, pins, address spaces and segments. Defaults are the guides'. Only what a script may use is
# here: the stand-in refuses the rest.
#
#     interfaces  name type mode clock bytes   `bytes` of TDATA; "" where the type has none
#     pins        name direction type required
#     spaces      name
#     segments    interface segment

set ip_parameters {
  processing_system7 {
    preset {(ZC702|ZC706|ZedBoard|None)} None
    PCW_FPGA0_PERIPHERAL_FREQMHZ {\d+(\.\d+)?} 50
    PCW_USE_M_AXI_GP0 {[01]} 1
    PCW_USE_S_AXI_HP0 {[01]} 0
    PCW_USE_FABRIC_INTERRUPT {[01]} 0
    PCW_IRQ_F2P_INTR {[01]} 0
  }
  proc_sys_reset {C_EXT_RST_WIDTH {\d+} 4}
  axi_dma {
    c_include_sg {[01]} 1
    c_sg_include_stscntrl_strm {[01]} 1
    c_sg_length_width {([89]|1\d|2[0-6])} 14
    c_m_axi_mm2s_data_width {(32|64|128|256|512|1024)} 32
    c_m_axis_mm2s_tdata_width {(8|16|32|64|128|256|512|1024)} 32
    c_m_axi_s2mm_data_width {(32|64|128|256|512|1024)} 32
    c_s_axis_s2mm_tdata_width {(8|16|32|64|128|256|512|1024)} 32
    c_mm2s_burst_size {(2|4|8|16|32|64|128|256)} 16
    c_s2mm_burst_size {(2|4|8|16|32|64|128|256)} 16
  }
  smartconnect {NUM_SI {([1-9]|1[0-6])} 2 NUM_MI {([1-9]|1[0-6])} 1 NUM_CLKS {\d+} 1 HAS_ARESETN {[01]} 1}
  xlconcat {NUM_PORTS {\d+} 2}
  xlconstant {CONST_WIDTH {\d+} 1 CONST_VAL {\d+} 1}
  util_ds_buf {C_BUF_TYPE {(IBUFDS|IBUFDSGTE|OBUFDS|IOBUFDS|BUFG|BUFG_GT)} IBUFDS}
  xdma {
    mode_selection {(Basic|Advanced)} Basic
    pl_link_cap_max_link_width {X(1|2|4|8|16)} X1
    pl_link_cap_max_link_speed {(2\.5|5\.0|8\.0|16\.0)_GT/s} 2.5_GT/s
    axi_data_width {(64|128|256|512)_bit} 64_bit
    axisten_freq {(62\.5|125|250)} 125
    xdma_axi_intf_mm {(AXI_Memory_Mapped|AXI_Stream)} AXI_Memory_Mapped
    xdma_rnum_chnl {[1-4]} 1
    xdma_wnum_chnl {[1-4]} 1
    axilite_master_en {(true|false)} false
    cfg_mgmt_if {(true|false)} true
  }
  clk_wiz {
    PRIM_SOURCE {(Single_ended_clock_capable_pin|Differential_clock_capable_pin|Global_buffer|No_buffer)} Single_ended_clock_capable_pin
    PRIM_IN_FREQ {\d+(\.\d+)?} 100
    CLKOUT1_REQUESTED_OUT_FREQ {\d+(\.\d+)?} 100
    USE_RESET {(true|false)} true
  }
  axis_clock_converter {TDATA_NUM_BYTES {\d+} 1}
}

proc ip_processing_system7 {c} {
  set interfaces {{DDR ddrx Master "" ""} {FIXED_IO fixedio Master "" ""}}
  set pins {{FCLK_CLK0 O clk 0} {FCLK_RESET0_N O rst 0}}
  set segments {}
  if {[dict get $c PCW_USE_M_AXI_GP0]} {
    lappend interfaces {M_AXI_GP0 aximm Master M_AXI_GP0_ACLK ""}
    lappend pins {M_AXI_GP0_ACLK I clk 1}
  }
  if {[dict get $c PCW_USE_S_AXI_HP0]} {
    lappend interfaces {S_AXI_HP0 aximm Slave S_AXI_HP0_ACLK ""}
    lappend pins {S_AXI_HP0_ACLK I clk 1}
    lappend segments {S_AXI_HP0 HP0_DDR_LOWOCM}
  }
  if {[dict get $c PCW_USE_FABRIC_INTERRUPT] && [dict get $c PCW_IRQ_F2P_INTR]} {
    lappend pins {IRQ_F2P I intr 0}
  }
  return [dict create interfaces $interfaces pins $pins spaces Data segments $segments]
}

proc ip_proc_sys_reset {c} {
  return {
    interfaces {} spaces {} segments {}
    pins {
      {slowest_sync_clk I clk 1} {ext_reset_in I rst 1} {aux_reset_in I rst 0} {mb_debug_sys_rst I rst 0}
      {dcm_locked I "" 0} {mb_reset O rst 0} {bus_struct_reset O rst 0} {peripheral_reset O rst 0}
      {interconnect_aresetn O rst 0} {peripheral_aresetn O rst 0}
    }
  }
}

proc ip_axi_dma {c} {
  if {[dict get $c c_include_sg]} {
    fail "the stand-in for Vivado has an axi_dma without scatter and gather only"
  }
  foreach side {mm2s s2mm} stream {c_m_axis_mm2s_tdata_width c_s_axis_s2mm_tdata_width} {
    if {[dict get $c $stream] > [dict get $c c_m_axi_${side}_data_width]} {
      fail "\[IP_Flow 19-3461\] axi_dma: $stream is more than c_m_axi_${side}_data_width"
    }
  }
  set out [expr {[dict get $c c_m_axis_mm2s_tdata_width] / 8}]
  set in [expr {[dict get $c c_s_axis_s2mm_tdata_width] / 8}]
  return [dict create \
    interfaces [list {S_AXI_LITE aximm Slave s_axi_lite_aclk ""} {M_AXI_MM2S aximm Master m_axi_mm2s_aclk ""} \
      {M_AXI_S2MM aximm Master m_axi_s2mm_aclk ""} [list M_AXIS_MM2S axis Master m_axi_mm2s_aclk $out] \
      [list S_AXIS_S2MM axis Slave m_axi_s2mm_aclk $in]] \
    pins {
      {s_axi_lite_aclk I clk 1} {m_axi_mm2s_aclk I clk 1} {m_axi_s2mm_aclk I clk 1} {axi_resetn I rst 1}
      {mm2s_introut O intr 0} {s2mm_introut O intr 0}
      {mm2s_prmry_reset_out_n O rst 0} {s2mm_prmry_reset_out_n O rst 0}
    } spaces {Data_MM2S Data_S2MM} segments {{S_AXI_LITE Reg}}]
}

proc ip_smartconnect {c} {
  set interfaces {}
  set pins {{aresetn I rst 1}}
  for {set i 0} {$i < [dict get $c NUM_CLKS]} {incr i} {
    lappend pins [list aclk[expr {$i == 0 ? "" : $i}] I clk 1]
  }
  # It crosses between its own clocks: any of them.
  for {set i 0} {$i < [dict get $c NUM_SI]} {incr i} {
    lappend interfaces [list [format S%02d_AXI $i] aximm Slave * ""]
  }
  for {set i 0} {$i < [dict get $c NUM_MI]} {incr i} {
    lappend interfaces [list [format M%02d_AXI $i] aximm Master * ""]
  }
  return [dict create interfaces $interfaces pins $pins spaces {} segments {}]
}

proc ip_xlconcat {c} {
  set pins {{dout O "" 0}}
  for {set i 0} {$i < [dict get $c NUM_PORTS]} {incr i} {
    lappend pins [list In$i I "" 1]
  }
  return [dict create interfaces {} pins $pins spaces {} segments {}]
}

proc ip_xlconstant {c} {
  return {interfaces {} pins {{dout O "" 0}} spaces {} segments {}}
}

proc ip_util_ds_buf {c} {
  if {[dict get $c C_BUF_TYPE] ne "IBUFDSGTE"} {
    fail "the stand-in for Vivado has a util_ds_buf of type IBUFDSGTE only"
  }
  return {
    interfaces {} spaces {} segments {}
    pins {{IBUF_DS_P I clk 1} {IBUF_DS_N I clk 1} {IBUF_OUT O clk 0} {IBUF_DS_ODIV2 O clk 0}}
  }
}

proc ip_xdma {c} {
  set bytes [expr {[string map {_bit {}} [dict get $c axi_data_width]] / 8}]
  # PG195: what the width of the user side has to be for a link.
  set lanes [string range [dict get $c pl_link_cap_max_link_width] 1 end]
  set speed [string map {_GT/s {}} [dict get $c pl_link_cap_max_link_speed]]
  if {$lanes * $speed > 8 * $bytes * [dict get $c axisten_freq] / 1000.0 * 1.1} {
    fail "\[IP_Flow 19-3461\] xdma: axi_data_width and axisten_freq are too small for the link"
  }
  set interfaces {{pcie_mgt pcie_7x_mgt Master "" ""}}
  set spaces {}
  if {[dict get $c xdma_axi_intf_mm] eq "AXI_Stream"} {
    for {set i 0} {$i < [dict get $c xdma_rnum_chnl]} {incr i} {
      lappend interfaces [list M_AXIS_H2C_$i axis Master axi_aclk $bytes]
    }
    for {set i 0} {$i < [dict get $c xdma_wnum_chnl]} {incr i} {
      lappend interfaces [list S_AXIS_C2H_$i axis Slave axi_aclk $bytes]
    }
  } else {
    lappend interfaces {M_AXI aximm Master axi_aclk ""}
    lappend spaces M_AXI
  }
  if {[dict get $c axilite_master_en]} {
    lappend interfaces {M_AXI_LITE aximm Master axi_aclk ""}
    lappend spaces M_AXI_LITE
  }
  return [dict create interfaces $interfaces pins {
    {sys_clk I clk 1} {sys_clk_gt I clk 1} {sys_rst_n I rst 1} {usr_irq_req I intr 1} {usr_irq_ack O "" 0}
    {axi_aclk O clk 0} {axi_aresetn O rst 0} {user_lnk_up O "" 0}
  } spaces $spaces segments {}]
}

proc ip_clk_wiz {c} {
  set pins {{clk_in1 I clk 1} {clk_out1 O clk 0} {locked O "" 0}}
  if {[dict get $c USE_RESET]} {
    lappend pins {reset I rst 1}
  }
  return [dict create interfaces {} pins $pins spaces {} segments {}]
}

# Widths are those of the stream that comes in.
proc ip_axis_clock_converter {c} {
  return {
    interfaces {{S_AXIS axis Slave s_axis_aclk *} {M_AXIS axis Master m_axis_aclk *}} spaces {} segments {}
    pins {{s_axis_aclk I clk 1} {s_axis_aresetn I rst 1} {m_axis_aclk I clk 1} {m_axis_aresetn I rst 1}}
  }
}

# An IP of a repository: what its component.xml says. Files are relative to its folder.
proc read_component {file} {
  set in [open $file]
  set xml [read $in]
  close $in
  set one {{xml name} {
    return [expr {[regexp "<spirit:$name\[^>\]*>(\[^<\]*)</spirit:$name>" $xml -> text] ? $text : ""}]
  }}
  set vlnv [lmap part {vendor library name version} {apply $one $xml $part}]
  set widths {}
  foreach {- port} [regexp -all -inline {<spirit:port>(.*?)</spirit:port>} $xml] {
    set left [apply $one $port left]
    dict set widths [apply $one $port name] [expr {$left eq "" ? 1 : $left + 1}]
  }
  set interfaces {}
  set pins {}
  set segments {}
  set clock ""
  set resets {}
  foreach {- bus} [regexp -all -inline {<spirit:busInterface>(.*?)</spirit:busInterface>} $xml] {
    set name [apply $one $bus name]
    regexp {<spirit:busType [^>]*spirit:name="([^"]*)"} $bus -> type
    set mode [expr {[string match *<spirit:master* $bus] ? "Master" : "Slave"}]
    set physical {}
    foreach {- logical port} [regexp -all -inline {<spirit:logicalPort>\s*<spirit:name>([^<]*)</spirit:name>\s*</spirit:logicalPort>\s*<spirit:physicalPort>\s*<spirit:name>([^<]*)</spirit:name>} $bus] {
      if {![dict exists $widths $port]} {
        fail "\[IP_Flow 19-459\] $file: $name has the port $port, which the component lacks"
      }
      dict set physical $logical $port
    }
    switch -- $type {
      clock {
        set clock [dict get $physical CLK]
        lappend pins [list $clock I clk 1]
      }
      reset { lappend pins [list [dict get $physical RST] I rst 1] }
      default {
        set bytes [expr {$type eq "axis" ? [dict get $widths [dict get $physical TDATA]] / 8 : ""}]
        lappend interfaces [list $name $type $mode CLOCK $bytes]
      }
    }
    if {[regexp {spirit:memoryMapRef="([^"]*)"} $bus -> map]} {
      regexp {<spirit:addressBlock>(.*?)</spirit:addressBlock>} $xml -> block
      lappend segments [list $name [apply $one $block name]]
    }
  }
  set files {}
  if {![regexp {<spirit:fileSet>\s*?<spirit:name>xilinx_anylanguagesynthesis_view_fileset</spirit:name>(.*?)</spirit:fileSet>} $xml -> set]} {
    fail "\[IP_Flow 19-459\] $file: no files for synthesis"
  }
  foreach {- name} [regexp -all -inline {<spirit:file>\s*<spirit:name>([^<]*)</spirit:name>} $set] {
    lappend files [file join [file dirname $file] $name]
  }
  regexp {<spirit:modelName>([^<]*)<} $xml -> top
  return [dict create vlnv [join $vlnv :] top $top files [existing $files] \
    interfaces [lmap i $interfaces {string map [list CLOCK $clock] $i}] \
    pins $pins spaces {} segments $segments]
}
