# Block designs: what is created, set and connected has to be there and to fit. Objects are {bd_cell name},
# {bd_pin cell/pin}, {bd_intf_pin cell/interface}, {bd_port name}, {bd_intf_port name}, {bd_addr_space cell/space} and
# {bd_addr_seg cell/interface/segment}.

set repositories {}
set catalog {}
# cells: name -> {ip config}; ports: name -> {direction type}; intf_ports: name -> {type mode}
# links: end -> end; nets: end -> number of its net; assigned: {space segment} ...
set bd {name "" dir "" cells {} ports {} intf_ports {} links {} nets {} assigned {} state none}

# Interfaces that leave a design, as the signals of the module around it: `direction name width`; "" for one bit. What an
# IP places by itself needs no pins.
set interface_signals {
  ddrx {
    {inout addr 15} {inout ba 3} {inout cas_n ""} {inout ck_n ""} {inout ck_p ""} {inout cke ""} {inout cs_n ""}
    {inout dm 4} {inout dq 32} {inout dqs_n 4} {inout dqs_p 4} {inout odt ""} {inout ras_n ""} {inout reset_n ""}
    {inout we_n ""}
  }
  fixedio {{inout ddr_vrn ""} {inout ddr_vrp ""} {inout mio 54} {inout ps_clk ""} {inout ps_porb ""} {inout ps_srstb ""}}
  pcie_7x_mgt {{input rxn 8} {input rxp 8} {output txn 8} {output txp 8}}
}

set interface_vlnvs {
  xilinx.com:interface:ddrx_rtl:1.0 ddrx
  xilinx.com:display_processing_system7:fixedio_rtl:1.0 fixedio
  xilinx.com:interface:pcie_7x_mgt_rtl:1.0 pcie_7x_mgt
}

proc do_update_ip_catalog {call} {
  set ::catalog {}
  foreach repository $::repositories {
    set found [lsort [concat [glob -nocomplain $repository/component.xml] [glob -nocomplain $repository/*/component.xml]]]
    if {[llength $found] == 0} {
      fail "\[IP_Flow 19-2248\] no IP in the repository '$repository'"
    }
    foreach file $found {
      set component [read_component $file]
      dict set ::catalog [dict get $component vlnv] $component
    }
  }
}

proc do_current_project {call} { return [list {project current}] }

proc do_create_bd_design {call} {
  if {[dict get $::bd name] ne ""} {
    fail "\[BD 41-1\] the stand-in for Vivado has one block design"
  }
  set dir [file join [option $call -dir .] [dict get $call name]]
  if {[file exists [file join $dir [dict get $call name].bd]]} {
    fail "\[BD 5-216\] the block design '[dict get $call name]' exists already"
  }
  file mkdir $dir
  dict set ::bd name [dict get $call name]
  dict set ::bd dir $dir
}

proc open_design {} {
  if {[dict get $::bd name] eq ""} {
    fail "\[BD 5-104\] A block design must be open to run this command."
  }
}

proc new_name {name} {
  open_design
  if {![regexp {^[A-Za-z_]\w*$} $name]} {
    fail "\[BD 41-74\] not a name: '$name'"
  }
  foreach kind {cells ports intf_ports} {
    if {[dict exists $::bd $kind $name]} {
      fail "\[BD 41-73\] '$name' exists already"
    }
  }
  dict set ::bd state edited
  return $name
}

proc do_create_bd_cell {call} {
  set name [new_name [dict get $call name]]
  if {[option $call -type] ne "ip"} {
    fail "the stand-in for Vivado creates cells of type ip only"
  }
  set vlnv [option $call -vlnv]
  set ip [lindex [split $vlnv :] 2]
  if {[dict exists $::catalog $vlnv]} {
    dict set ::bd cells $name [dict create ip $vlnv config {}]
  } elseif {[regexp {^xilinx\.com:ip:\w+$} $vlnv] && [dict exists $::ip_parameters $ip]} {
    set config {}
    foreach {parameter values default} [dict get $::ip_parameters $ip] {
      dict set config $parameter $default
    }
    dict set ::bd cells $name [dict create ip $ip config $config]
  } else {
    fail "\[BD 5-390\] IP definition not found for VLNV: $vlnv"
  }
  return [list [list bd_cell $name]]
}

# What a cell has with its present parameters.
proc cell_parts {cell} {
  set ip [dict get $::bd cells $cell ip]
  if {[dict exists $::catalog $ip]} {
    return [dict get $::catalog $ip]
  }
  return [ip_$ip [dict get $::bd cells $cell config]]
}

proc do_create_bd_port {call} {
  set name [new_name [dict get $call name]]
  if {[dict get $call -dir] ni {I O IO}} {
    fail "\[BD 41-76\] not a direction: '[dict get $call -dir]'"
  }
  number create_bd_port [option $call -freq_hz 1]
  dict set ::bd ports $name [list [dict get $call -dir] [option $call -type]]
}

proc do_create_bd_intf_port {call} {
  set name [new_name [dict get $call name]]
  set vlnv [dict get $call -vlnv]
  if {![dict exists $::interface_vlnvs $vlnv]} {
    fail "\[BD 41-92\] no interface '$vlnv'"
  }
  if {[dict get $call -mode] ni {Master Slave}} {
    fail "\[BD 41-93\] not a mode: '[dict get $call -mode]'"
  }
  dict set ::bd intf_ports $name [list [dict get $::interface_vlnvs $vlnv] [dict get $call -mode]]
}

# {kind name} for each pattern, which has to be one of the names.
proc bd_objects {command call kind names} {
  open_design
  foreach option [dict keys $call] {
    if {$option ne "patterns"} {
      fail "the stand-in for Vivado does not know what $command $option does"
    }
  }
  set found {}
  foreach pattern [option $call patterns] {
    if {$pattern ni $names} {
      fail "\[BD 5-232\] No $kind objects matched '$pattern'"
    }
    lappend found [list $kind $pattern]
  }
  return $found
}

proc parts_of_cells {part} {
  set names {}
  foreach cell [dict keys [dict get $::bd cells]] {
    foreach entry [dict get [cell_parts $cell] $part] {
      lappend names $cell/[expr {$part eq "segments" ? [join $entry /] : [lindex $entry 0]}]
    }
  }
  return $names
}

proc do_get_bd_cells {call} { bd_objects get_bd_cells $call bd_cell [dict keys [dict get $::bd cells]] }
proc do_get_bd_pins {call} { bd_objects get_bd_pins $call bd_pin [parts_of_cells pins] }
proc do_get_bd_intf_pins {call} { bd_objects get_bd_intf_pins $call bd_intf_pin [parts_of_cells interfaces] }
proc do_get_bd_ports {call} { bd_objects get_bd_ports $call bd_port [dict keys [dict get $::bd ports]] }
proc do_get_bd_intf_ports {call} {
  bd_objects get_bd_intf_ports $call bd_intf_port [dict keys [dict get $::bd intf_ports]]
}
proc do_get_bd_addr_spaces {call} { bd_objects get_bd_addr_spaces $call bd_addr_space [parts_of_cells spaces] }
proc do_get_bd_addr_segs {call} { bd_objects get_bd_addr_segs $call bd_addr_seg [parts_of_cells segments] }

# CONFIG.* of cells and ports, and the properties of the project and of files.
proc set_bd_property {object name value} {
  lassign $object kind what
  switch -- $kind {
    project {
      if {$name ne "ip_repo_paths"} {
        fail "\[Common 17-54\] The object '$object' does not have a property '$name'."
      }
      foreach folder $value {
        if {![file isdirectory $folder]} {
          fail "\[IP_Flow 19-2207\] no folder '$folder'"
        }
      }
      set ::repositories $value
    }
    file {
      if {$name ne "SYNTH_CHECKPOINT_MODE" || $value ni {None Singular Hierarchical}} {
        fail "\[Common 17-54\] $what has no $name that is '$value'"
      }
    }
    bd_port {
      if {[lindex [dict get $::bd ports $what] 1] ne "rst" || $name ne "CONFIG.POLARITY" || $value ni {ACTIVE_LOW ACTIVE_HIGH}} {
        fail "\[Common 17-54\] the port $what has no $name that is '$value'"
      }
    }
    bd_cell {
      if {![regexp {^CONFIG\.(\w+)$} $name -> parameter] || ![dict exists $::bd cells $what config $parameter]} {
        fail "\[BD 41-1276\] $what has no parameter $name"
      }
      foreach {known values default} [dict get $::ip_parameters [dict get $::bd cells $what ip]] {
        if {$known eq $parameter && ![regexp "^(?:$values)\$" $value]} {
          fail "\[IP_Flow 19-3461\] Value '$value' is out of the range for parameter '$parameter' of $what"
        }
      }
      dict set ::bd cells $what config $parameter $value
    }
  }
  if {$kind in {bd_cell bd_port}} {
    dict set ::bd state edited
  }
}

# {type mode clock bytes} of an interface of a cell or of the design. A port of a design is the other way round inside.
proc interface_of {object} {
  lassign $object kind what
  if {$kind eq "bd_intf_port"} {
    lassign [dict get $::bd intf_ports $what] type mode
    return [list $type [expr {$mode eq "Master" ? "Slave" : "Master"}] "" ""]
  }
  lassign [split $what /] cell name
  foreach interface [dict get [cell_parts $cell] interfaces] {
    if {[lindex $interface 0] eq $name} {
      return [lrange $interface 1 end]
    }
  }
}

proc do_connect_bd_intf_net {call} {
  set ends {}
  foreach name {object1 object2} {
    set object [lindex [objects_of connect_bd_intf_net [dict get $call $name] {bd_intf_pin bd_intf_port}] 0]
    if {[dict exists $::bd links $object]} {
      fail "\[BD 41-171\] [lindex $object 1] is connected already"
    }
    lappend ends $object
  }
  lassign [lmap end $ends {interface_of $end}] a b
  if {[lindex $a 0] ne [lindex $b 0]} {
    fail "\[BD 41-172\] The interfaces do not match: [lindex $ends 0 1] is [lindex $a 0], [lindex $ends 1 1] is [lindex $b 0]"
  }
  if {[lindex $a 1] eq [lindex $b 1]} {
    fail "\[BD 41-173\] [lindex $ends 0 1] and [lindex $ends 1 1] are both a [lindex $a 1]"
  }
  dict set ::bd links [lindex $ends 0] [lindex $ends 1]
  dict set ::bd links [lindex $ends 1] [lindex $ends 0]
  dict set ::bd state edited
}

# {direction type required} of a pin, or of a port as it is seen from inside.
proc pin_of {object} {
  lassign $object kind what
  if {$kind eq "bd_port"} {
    lassign [dict get $::bd ports $what] direction type
    return [list [expr {$direction eq "I" ? "O" : "I"}] $type 1]
  }
  lassign [split $what /] cell name
  foreach pin [dict get [cell_parts $cell] pins] {
    if {[lindex $pin 0] eq $name} {
      return [lrange $pin 1 end]
    }
  }
}

proc do_connect_bd_net {call} {
  set objects {}
  foreach list [dict get $call objects] {
    lappend objects {*}[objects_of connect_bd_net $list {bd_pin bd_port}]
  }
  set drivers {}
  foreach object $objects {
    lassign [pin_of $object] direction type
    if {$direction eq "O"} {
      lappend drivers $object
      set driven $type
    } elseif {[dict exists $::bd nets $object]} {
      fail "\[BD 41-1730\] [lindex $object 1] is driven already"
    }
  }
  if {[llength $drivers] != 1} {
    fail "\[BD 41-1731\] a net needs one driver, not '[lmap driver $drivers {lindex $driver 1}]'"
  }
  foreach object $objects {
    set type [lindex [pin_of $object] 1]
    # A plain signal may be anything, an interrupt comes as a vector of them.
    if {$type in {clk rst} && $driven ni [list $type ""]} {
      fail "\[BD 41-1732\] [lindex $object 1] is a $type, [lindex $drivers 0 1] is none"
    }
    dict set ::bd nets $object [lindex $drivers 0]
  }
  dict set ::bd state edited
}

proc do_assign_bd_address {call} {
  set space [lindex [objects_of assign_bd_address [option $call -target_address_space] {bd_addr_space}] 0 1]
  set offset [number assign_bd_address [option $call -offset]]
  set range [number assign_bd_address [option $call -range]]
  if {$range < 4096 || ($range & ($range - 1)) != 0 || $offset % $range != 0} {
    fail "\[BD 41-1377\] $offset and $range are no aligned block of addresses"
  }
  foreach list [dict get $call objects] {
    foreach object [objects_of assign_bd_address $list {bd_addr_seg}] {
      foreach {other its} [dict get $::bd assigned] {
        lassign $its from size
        if {[lindex $other 0] eq $space && $offset < $from + $size && $from < $offset + $range} {
          fail "\[BD 41-1356\] $space: [lindex $object 1] overlaps [lindex $other 1]"
        }
      }
      dict set ::bd assigned [list $space [lindex $object 1]] [list $offset $range]
    }
  }
  dict set ::bd state edited
}

# The driver of the clock that an interface belongs to; "*" for any.
proc clock_of {object} {
  lassign $object kind what
  set clock [lindex [interface_of $object] 2]
  if {$kind eq "bd_intf_port" || $clock eq ""} {
    return *
  }
  set cell [lindex [split $what /] 0]
  set pins [expr {$clock eq "*" ? [lmap pin [dict get [cell_parts $cell] pins] {
    expr {[lindex $pin 2] eq "clk" ? [lindex $pin 0] : [continue]}
  }] : [list $clock]}]
  # An output is its own driver.
  return [lmap pin $pins {
    set here [list bd_pin $cell/$pin]
    expr {[dict exists $::bd nets $here] ? [dict get $::bd nets $here] : $here}
  }]
}

proc do_validate_bd_design {call} {
  open_design
  foreach cell [dict keys [dict get $::bd cells]] {
    foreach pin [dict get [cell_parts $cell] pins] {
      lassign $pin name direction type required
      if {$required && ![dict exists $::bd nets [list bd_pin $cell/$name]]} {
        fail "\[BD 41-758\] The following [expr {$type eq "clk" ? "clock pins are not connected to a valid clock source" : "pins are not connected"}]: $cell/$name"
      }
    }
    foreach interface [dict get [cell_parts $cell] interfaces] {
      if {![dict exists $::bd links [list bd_intf_pin $cell/[lindex $interface 0]]]} {
        fail "\[BD 41-759\] The interface is not connected: $cell/[lindex $interface 0]"
      }
    }
  }
  foreach {kind ports} [list bd_port [dict get $::bd ports] bd_intf_port [dict get $::bd intf_ports]] {
    foreach name [dict keys $ports] {
      set object [list $kind $name]
      if {![dict exists $::bd nets $object] && ![dict exists $::bd links $object]} {
        fail "\[BD 41-760\] The port is not connected: $name"
      }
    }
  }
  dict for {a b} [dict get $::bd links] {
    set both [concat [clock_of $a] [clock_of $b]]
    if {"*" ni $both && [llength [lsort -unique $both]] == [llength $both]} {
      fail "\[BD 41-237\] Bus Interface property CLK_DOMAIN does not match between [lindex $a 1] and [lindex $b 1]"
    }
    lassign [list [stream_bytes $a] [stream_bytes $b]] here there
    if {$here ne $there} {
      fail "\[BD 41-237\] Bus Interface property TDATA_NUM_BYTES does not match between [lindex $a 1] ($here) and [lindex $b 1] ($there)"
    }
  }
  foreach segment [parts_of_cells segments] {
    if {[lsearch -index 1 [dict keys [dict get $::bd assigned]] $segment] < 0} {
      fail "\[BD 41-1356\] Slave segment </$segment> is not assigned into any address space"
    }
  }
  foreach space [parts_of_cells spaces] {
    if {[lsearch -index 0 [dict keys [dict get $::bd assigned]] $space] < 0} {
      fail "\[BD 41-1357\] Address space </$space> has nothing in it"
    }
  }
  dict set ::bd state validated
}

# Bytes of TDATA; what passes a stream on has those of what is before it.
proc stream_bytes {object} {
  set bytes [lindex [interface_of $object] 3]
  if {$bytes ne "*"} {
    return $bytes
  }
  set cell [lindex [split [lindex $object 1] /] 0]
  return [stream_bytes [dict get $::bd links [list bd_intf_pin $cell/S_AXIS]]]
}

proc do_save_bd_design {call} {
  open_design
  set out [open [bd_file] w]
  shim_puts $out [dict get $::bd cells]
  close $out
}

proc bd_file {} {
  return [file join [dict get $::bd dir] [dict get $::bd name].bd]
}

proc do_get_files {call} {
  set patterns [only_patterns get_files $call]
  set found {}
  foreach pattern $patterns {
    if {$pattern ne "[dict get $::bd name].bd" || ![file isfile [bd_file]]} {
      fail "\[Vivado 12-818\] No files matched '$pattern'"
    }
    lappend found [list file [bd_file]]
  }
  return $found
}

proc validated {command files} {
  objects_of $command $files {file}
  if {[dict get $::bd state] ni {validated generated}} {
    fail "\[BD 41-1665\] $command: the block design is not validated"
  }
}

# The files of packaged IPs become sources; other IPs are not there for Yosys.
proc do_generate_target {call} {
  validated generate_target [dict get $call objects]
  if {[dict get $call name] ni {all synthesis}} {
    fail "\[Common 17-161\] no target '[dict get $call name]'"
  }
  set instances {}
  dict for {cell its} [dict get $::bd cells] {
    set ip [dict get $its ip]
    if {![dict exists $::catalog $ip]} {
      continue
    }
    set component [dict get $::catalog $ip]
    foreach file [dict get $component files] {
      lappend [expr {[regexp {\.s?v$} $file] ? "::sources" : "::memories"}] $file
    }
    lappend instances "  [dict get $component top] $cell ();"
  }
  set name [dict get $::bd name]
  write_module [file join [dict get $::bd dir] synth $name.v] $name {} $instances
  lappend ::sources [file join [dict get $::bd dir] synth $name.v]
  dict set ::bd state generated
}

proc do_make_wrapper {call} {
  validated make_wrapper [dict get $call files]
  if {![dict exists $call -top]} {
    fail "the stand-in for Vivado makes top modules only: -top"
  }
  set ports {}
  dict for {port its} [dict get $::bd ports] {
    lappend ports [list [expr {[lindex $its 0] eq "I" ? "input" : "output"}] $port ""]
  }
  dict for {port its} [dict get $::bd intf_ports] {
    foreach signal [dict get $::interface_signals [lindex $its 0]] {
      lassign $signal direction signal width
      lappend ports [list $direction ${port}_$signal $width]
      # Pins of these are the IP's affair.
      dict set ::design placed ${port}_$signal 1
    }
  }
  # A reference clock of transceivers has a pin, but no I/O standard.
  dict for {object driver} [dict get $::bd nets] {
    if {[lindex $driver 0] eq "bd_port" && [regexp {/IBUF_DS_[PN]$} [lindex $object 1]]} {
      dict set ::design transceiver [lindex $driver 1] 1
    }
  }
  set name [dict get $::bd name]
  set file [file join [dict get $::bd dir] hdl ${name}_wrapper.v]
  write_module $file ${name}_wrapper $ports [list "  $name ${name}_i ();"]
  return $file
}

proc write_module {file name ports lines} {
  file mkdir [file dirname $file]
  set out [open $file w]
  shim_puts $out "module $name ("
  shim_puts $out [join [lmap port $ports {
    lassign $port direction signal width
    string cat "  $direction " [expr {$width eq "" ? "" : "\[[expr {$width - 1}]:0\] "}] $signal
  }] ",\n"]
  shim_puts $out ");\n[join $lines \n]\nendmodule"
  close $out
}
