# Commands of a script. A design goes through the stages none, synth, opt, place, route.

set parts {xc7z045ffg900-2 xcku115-flva1517-2-e xc7a35tcpg236-1}

set design {stage none part "" top "" mode default ports {} cells {} clocks {} clock_ports {} properties {} placed {} transceiver {}}
set sources {}
set memories {}
set constraint_files {}

proc do_create_project {call} {
  if {![dict exists $call -in_memory]} {
    fail "\[Common 17-53\] a non-project script has no project on disk: -in_memory"
  }
  dict set ::design part [known_part [option $call -part]]
  return ""
}

proc known_part {part} {
  if {$part ni $::parts} {
    fail "\[Coretcl 2-106\] Specified part could not be found: '$part'"
  }
  return $part
}

proc do_set_msg_config {call} {
  if {![regexp {^[A-Za-z_]\w* \d+-\d+$} [option $call -id]]} {
    fail "\[Common 17-161\] Invalid option value '[option $call -id]' specified for 'id'"
  }
}

proc do_read_verilog {call} {
  foreach file [existing [dict get $call files]] {
    if {[string match *.sv $file] && ![dict exists $call -sv]} {
      fail "\[Synth 8-2715\] $file is SystemVerilog: -sv"
    }
    lappend ::sources $file
  }
}

proc do_read_mem {call} {
  lappend ::memories {*}[existing [dict get $call files]]
}

proc do_read_xdc {call} {
  foreach file [existing [list [dict get $call files]]] {
    lappend ::constraint_files $file [option $call -mode default]
    if {[dict get $::design stage] ne "none"} {
      apply_constraints $file
    }
  }
}

proc existing {files} {
  foreach file $files {
    if {![file isfile $file]} {
      fail "\[Common 17-55\] file does not exist: '$file'"
    }
  }
  return $files
}

proc do_synth_design {call} {
  begins synth_design $call
  if {[llength $::sources] == 0} {
    fail "\[Synth 8-3295\] no source was read"
  }
  set part [option $call -part [dict get $::design part]]
  set top [option $call -top]
  if {![regexp {^[A-Za-z_]\w*$} $top]} {
    fail "\[Synth 8-439\] module '$top' not found"
  }
  foreach file $::sources {
    set in [open $file]
    set text [read $in]
    close $in
    foreach {- memory} [regexp -all -inline {\$readmem[bh]\s*\(\s*"([^"]*)"} $text] {
      if {[lsearch -exact [lmap read $::memories {file tail $read}] [file tail $memory]] < 0} {
        fail "\[Synth 8-4445\] could not open \$readmem data file '$memory'; please make sure the file is added to project and has read permission"
      }
    }
  }
  dict set ::design part [known_part $part]
  dict set ::design top $top
  dict set ::design mode [option $call -mode default]
  set netlist [elaborate $::sources $top]
  dict set ::design ports [dict get $netlist ports]
  dict set ::design cells [dict get $netlist cells]
  foreach {file mode} $::constraint_files {
    if {$mode eq "out_of_context" && [dict get $::design mode] ne "out_of_context"} {
      continue
    }
    apply_constraints $file
  }
  dict set ::design stage synth
}

proc do_opt_design {call} { advances opt_design $call {synth opt} opt }
proc do_place_design {call} { advances place_design $call {synth opt} place }
proc do_phys_opt_design {call} { advances phys_opt_design $call {place route} "" }
proc do_route_design {call} { advances route_design $call {place} route }

proc advances {command call from to} {
  begins $command $call
  set stage [dict get $::design stage]
  if {$stage ni $from} {
    fail "\[Common 17-69\] Command failed: $command after '$stage'"
  }
  if {$to ne ""} {
    dict set ::design stage $to
  }
}

proc begins {command call} {
  say "Command: $command $call"
  say "Phase 1 Begin of $command"
  if {[info exists ::env(SLUICE_SHIM_HANG)] && $::env(SLUICE_SHIM_HANG) eq $command} {
    say "Phase 1.1 Hang"
    exec sleep 600 &
    vwait forever
  }
}

proc do_write_checkpoint {call} {
  set file [option $call file]
  if {![string match *.dcp $file]} {
    fail "\[Common 17-161\] a checkpoint's name ends with .dcp: '$file'"
  }
  if {[dict get $::design stage] eq "none"} {
    fail "\[Common 17-53\] User Exception: No open design."
  }
  if {[file exists $file] && ![dict exists $call -force]} {
    fail "\[Common 17-176\] Overwrite of existing file isn't enabled.  Please specify -force to overwrite file '$file'"
  }
  set out [open $file w]
  shim_puts $out $::design
  close $out
}

proc do_open_checkpoint {call} {
  set file [lindex [existing [list [dict get $call file]]] 0]
  set in [open $file]
  set text [read $in]
  close $in
  if {[catch {dict get $text stage}]} {
    fail "\[Common 17-69\] Command failed: Checkpoint '$file' is corrupt"
  }
  set ::design [string trimright $text "\n"]
}

proc report {command call} {
  if {[dict get $::design stage] eq "none"} {
    fail "\[Common 17-53\] User Exception: No open design."
  }
  set file [option $call -file]
  if {$file eq ""} {
    fail "$command without -file has nowhere to go in a batch run"
  }
  if {![file isdirectory [file dirname $file]]} {
    fail "\[Common 17-37\] cannot write '$file'"
  }
  if {[info exists ::env(SLUICE_SHIM_REPORTS)]} {
    set ready [file join $::env(SLUICE_SHIM_REPORTS) [file tail $file]]
    if {[file isfile $ready]} {
      file copy -force $ready $file
      return
    }
  }
  set out [open $file w]
  shim_puts $out "The stand-in for Vivado has no report of [dict get $::design top]."
  close $out
}

proc do_report_utilization {call} { report report_utilization $call }
proc do_report_timing_summary {call} { report report_timing_summary $call }
proc do_report_power {call} { report report_power $call }
proc do_report_drc {call} { report report_drc $call }

proc do_write_bitstream {call} {
  set file [dict get $call file]
  if {![string match *.bit $file]} {
    fail "\[Common 17-161\] a bitstream's name ends with .bit: '$file'"
  }
  if {[dict get $::design stage] ne "route"} {
    fail "\[Common 17-69\] Command failed: the design is not routed"
  }
  if {[dict get $::design mode] eq "out_of_context"} {
    fail "\[Project 1-1109\] no bitstream of an out-of-context design"
  }
  foreach bit [all_bits] {
    if {[dict exists $::design placed [regsub {\[\d+\]$} $bit ""]]} {
      continue
    }
    foreach {property rule} {PACKAGE_PIN UCIO-1 IOSTANDARD NSTD-1} {
      if {$property eq "IOSTANDARD" && [dict exists $::design transceiver $bit]} {
        continue
      }
      if {![dict exists $::design properties [list port $bit] $property]} {
        fail "\[DRC $rule\] the port $bit has no $property"
      }
    }
  }
  set out [open $file w]
  shim_puts $out "No bitstream: written by a stand-in for Vivado."
  close $out
}
