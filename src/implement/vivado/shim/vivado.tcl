# A stand-in for Vivado's Tcl shell, for tests: it runs a script to its end and builds nothing.
#
#     tclsh vivado.tcl -mode batch -source run.tcl [-log file] [-applog] [-journal file] [-appjournal]
#
# It refuses what Vivado would refuse, or would pass over with a warning: commands and options that the command reference
# (UG835) does not have, files that are not there, ports, cells and clocks that the design does not have, steps out of
# order. The design is what Yosys elaborates of the files that were read.
#
#     SLUICE_SHIM_HANG=place_design   that command never ends, and neither does a process that it starts
#     SLUICE_SHIM_CACHE=folder        netlists are kept there
#     SLUICE_SHIM_REPORTS=folder      report commands copy the file of that name from there

set shim_folder [file dirname [file normalize [info script]]]
source [file join $shim_folder syntax.tcl]
source [file join $shim_folder netlist.tcl]
source [file join $shim_folder commands.tcl]
source [file join $shim_folder constraints.tcl]
source [file join $shim_folder ip-catalog.tcl]
source [file join $shim_folder block-design.tcl]

# Everything that a script prints is in the log too.
rename puts shim_puts
proc puts {args} {
  if {[llength $args] == 1} {
    say [lindex $args 0]
  } else {
    shim_puts {*}$args
  }
}

proc say {text} {
  shim_puts stdout $text
  flush stdout
  if {$::shim_log ne ""} {
    shim_puts $::shim_log $text
    flush $::shim_log
  }
}

proc fail {text} {
  return -code error $text
}

# As `vivado -help` has them; the others are not for batch runs.
set shim_log ""
array set given {-mode "" -source "" -log vivado.log -journal vivado.jou -applog 0 -appjournal 0}
for {set i 0} {$i < [llength $argv]} {incr i} {
  set option [lindex $argv $i]
  if {![info exists given($option)]} {
    shim_puts stderr "ERROR: \[Common 17-165\] unknown option '$option'"
    exit 1
  }
  set given($option) [expr {$option in {-applog -appjournal} ? 1 : [lindex $argv [incr i]]}]
}
if {$given(-mode) ne "batch" || ![file isfile $given(-source)]} {
  shim_puts stderr "ERROR: \[Common 17-163\] -mode batch and a -source that exists are needed"
  exit 1
}
set shim_log [open $given(-log) [expr {$given(-applog) ? "a" : "w"}]]
say "****** A stand-in for Vivado, for tests: nothing is synthesised"

define_commands
if {[catch {uplevel #0 [list source $given(-source)]} message]} {
  # One line of the message is what Vivado's own errors have.
  say "ERROR: [string map {"\n" " "} $message]"
  say "INFO: \[Common 17-206\] Exiting"
  exit 1
}
say "INFO: \[Common 17-206\] Exiting"
exit 0
