# XDC: a subset of Tcl in which ports, cells and clocks have to be there. Objects are {port name}, {cell path},
# {clock name} and {design top}.

# What of Tcl itself UG903 allows in an XDC file.
set xdc_tcl {set list expr}

proc apply_constraints {file} {
  set in [open $file]
  set text [read $in]
  close $in
  set xdc [interp create -safe]
  foreach command [interp eval $xdc {info commands}] {
    if {$command ni $::xdc_tcl} {
      interp hide $xdc $command
    }
  }
  foreach spec $::constraint_commands {
    interp alias $xdc [lindex $spec 0] {} [lindex $spec 0]
  }
  set failed [catch {interp eval $xdc $text} message]
  interp delete $xdc
  if {$failed} {
    fail "\[Designutils 20-1\] $file: $message"
  }
}

proc all_bits {{direction *}} {
  set bits {}
  foreach port [dict get $::design ports] {
    lassign $port name way width
    if {![string match $direction $way]} {
      continue
    }
    if {$width eq ""} {
      lappend bits $name
    } else {
      for {set i 0} {$i < $width} {incr i} {
        lappend bits "$name\[$i\]"
      }
    }
  }
  return $bits
}

# Patterns in which only * and ? are special, as brackets belong to names.
proc matching {patterns names what code} {
  set found {}
  foreach pattern $patterns {
    set glob [string map {\\ \\\\ \[ \\\[ \] \\\]} $pattern]
    set these [lsearch -all -inline -glob $names $glob]
    if {[llength $these] == 0} {
      fail "\[Vivado $code\] No $what matched '$pattern'."
    }
    lappend found {*}$these
  }
  return $found
}

proc only_patterns {command call} {
  foreach name [dict keys $call] {
    if {$name ni {patterns -quiet -verbose}} {
      fail "the stand-in for Vivado does not know what $command $name does"
    }
  }
  return [option $call patterns *]
}

proc do_get_ports {call} {
  # UG912 on ports: those of clocks, too.
  if {[dict exists $call -of_objects]} {
    set bits {}
    foreach clock [objects_of get_ports [dict get $call -of_objects] {clock}] {
      lappend bits {*}[dict get $::design clock_ports [lindex $clock 1]]
    }
    return [lmap bit $bits {list port $bit}]
  }
  set patterns [only_patterns get_ports $call]
  return [lmap bit [matching $patterns [all_bits] ports 12-584] {list port $bit}]
}

proc do_get_cells {call} {
  set patterns [only_patterns get_cells $call]
  return [lmap cell [matching $patterns [dict get $::design cells] cells 12-180] {list cell $cell}]
}

proc do_get_clocks {call} {
  set patterns [only_patterns get_clocks $call]
  return [lmap clock [matching $patterns [dict get $::design clocks] clocks 12-627] {list clock $clock}]
}

proc do_current_design {call} {
  return [list [list design [dict get $::design top]]]
}

# Objects of one of these kinds, of which there is at least one.
proc objects_of {command objects kinds} {
  if {[llength $objects] == 0} {
    fail "\[Common 17-55\] '$command' expects at least one object."
  }
  foreach object $objects {
    if {[lindex $object 0] ni $kinds || [llength $object] != 2} {
      fail "\[Common 17-161\] $command: not one of [join $kinds {, }]: '$object'"
    }
  }
  return $objects
}

proc number {command text} {
  if {![string is double -strict $text]} {
    fail "\[Common 17-161\] $command: not a number: '$text'"
  }
  return $text
}

# Properties by what they are of, with what their values look like.
set properties {
  port PACKAGE_PIN {^[A-Z]{1,2}\d{1,2}$}
  port IOSTANDARD {^(LVCMOS(12|15|18|25|33)|LVDS(_25)?|(DIFF_)?SSTL\w+|(DIFF_)?HSTL_\w+)$}
  port HD.CLK_SRC {^(BUFGCTRL_X0Y([0-9]|[12][0-9]|3[01])|BUFGCE_X\dY\d+)$}
  port PULLTYPE {^(PULLUP|PULLDOWN|KEEPER)$}
  port SLEW {^(SLOW|FAST)$}
  port DRIVE {^(4|8|12|16|24)$}
  design CFGBVS {^(GND|VCCO)$}
  design CONFIG_VOLTAGE {^(1\.5|1\.8|2\.5|3\.3)$}
  design CONFIG_MODE {^(BPI16|BPI8|SPIx1|SPIx2|SPIx4|SPIx8|S_SERIAL|M_SERIAL|B_SCAN|S_SELECTMAP|M_SELECTMAP)$}
  design BITSTREAM.GENERAL.COMPRESS {^(TRUE|FALSE)$}
  design BITSTREAM.CONFIG.EXTMASTERCCLK_EN {^(DISABLE|DIV-[1248])$}
  design BITSTREAM.CONFIG.BPI_SYNC_MODE {^(DISABLE|TYPE1|TYPE2)$}
  design BITSTREAM.CONFIG.UNUSEDPIN {^(PULLUP|PULLDOWN|PULLNONE)$}
  design BITSTREAM.CONFIG.OVERTEMPSHUTDOWN {^(ENABLE|DISABLE)$}
  cell DONT_TOUCH {^(TRUE|FALSE)$}
}

proc do_set_property {call} {
  set pairs [option $call -dict [list [option $call name] [option $call value]]]
  foreach object [objects_of set_property [dict get $call objects] {port cell design project file bd_cell bd_port}] {
    dict for {name value} $pairs {
      if {[lindex $object 0] in {project file bd_cell bd_port}} {
        set_bd_property $object $name $value
        continue
      }
      set pattern ""
      foreach {kind property values} $::properties {
        if {$kind eq [lindex $object 0] && $property eq $name} {
          set pattern $values
        }
      }
      if {$pattern eq ""} {
        fail "\[Common 17-54\] The object '$object' does not have a property '$name'."
      }
      if {![regexp $pattern $value]} {
        fail "\[Common 17-69\] '$value' is not a value of $name"
      }
      if {$name eq "PACKAGE_PIN"} {
        dict for {other its} [dict get $::design properties] {
          if {$other ne $object && [option $its PACKAGE_PIN] eq $value} {
            fail "\[Vivado 12-1411\] Cannot set LOC property of ports, [lindex $object 1] and [lindex $other 1] have the pin $value"
          }
        }
      }
      dict set ::design properties $object $name $value
    }
  }
}

proc do_create_clock {call} {
  if {[number create_clock [dict get $call -period]] <= 0} {
    fail "\[Constraints 18-1\] a period above 0 is needed"
  }
  set objects [objects_of create_clock [option $call objects] {port}]
  set name [option $call -name [lindex $objects 0 1]]
  dict lappend ::design clocks $name
  dict set ::design clock_ports $name [lmap object $objects {lindex $object 1}]
}

proc port_delay {command call direction} {
  number $command [dict get $call delay]
  objects_of $command [option $call -clock] {clock}
  foreach object [objects_of $command [dict get $call objects] {port}] {
    if {[lindex $object 1] ni [all_bits $direction]} {
      fail "\[Constraints 18-602\] $command: [lindex $object 1] is no $direction"
    }
  }
}

proc do_set_input_delay {call} { port_delay set_input_delay $call input }
proc do_set_output_delay {call} { port_delay set_output_delay $call output }

proc path_exception {command call} {
  set ends 0
  dict for {name value} $call {
    if {[regexp {^-(rise_|fall_)?(from|to|through)$} $name]} {
      objects_of $command $value {port cell clock}
      incr ends
    }
  }
  if {$ends == 0} {
    fail "\[Constraints 18-513\] $command: -from, -to or -through is needed"
  }
  number $command [option $call delay 0]
}

proc do_set_false_path {call} { path_exception set_false_path $call }
proc do_set_max_delay {call} { path_exception set_max_delay $call }
proc do_set_min_delay {call} { path_exception set_min_delay $call }
