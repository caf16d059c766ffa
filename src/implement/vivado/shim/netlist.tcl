# The design as Yosys elaborates it.

# Reads SystemVerilog; gives {ports {{name direction width} ...} cells {path ...}}. A width of "" is no vector.
# With SLUICE_SHIM_CACHE=folder, what was elaborated of the same texts is read from there.
proc elaborate {files top} {
  if {![info exists ::env(SLUICE_SHIM_CACHE)]} {
    return [elaborate_anew $files $top]
  }
  set key $top
  foreach file $files {
    append key " " [exec sha256sum < $file]
  }
  set cached [file join $::env(SLUICE_SHIM_CACHE) [string range [exec sha256sum << $key] 0 63]]
  if {![file isfile $cached]} {
    set netlist [elaborate_anew $files $top]
    set out [open $cached w]
    shim_puts -nonewline $out $netlist
    close $out
  }
  set in [open $cached]
  set netlist [read $in]
  close $in
  return $netlist
}

proc elaborate_anew {files top} {
  # Without the folder's name, of which Yosys' script could make something else.
  set json .shim-[pid].json
  # The cells of both families are black boxes.
  set script [list "read_verilog -lib +/xilinx/cells_sim.v"]
  foreach file $files {
    # Yosys' own quoting knows no escapes.
    if {[string match *\"* $file]} {
      fail "a file name with a quote is too much for Yosys: $file"
    }
    lappend script "read_verilog -sv -DSYNTHESIS=1 \"$file\""
  }
  # Only ports and instances are of interest; the rest of a large design would be a large file.
  lappend script "hierarchy -check -top $top" "delete */p:* */m:* */t:\$*" "delete =A:blackbox =A:whitebox" \
    "write_json $json"
  set commands .shim-[pid].ys
  set out [open $commands w]
  shim_puts $out [join $script "\n"]
  close $out
  try {
    exec yosys -q -s $commands 2>@1
    set in [open $json]
    set design [parse_json [read $in]]
    close $in
  } trap CHILDSTATUS {message} {
    fail "\[Synth 8-439\] $message"
  } finally {
    file delete $commands $json
  }
  set modules [dict get $design modules]
  set ports {}
  dict for {name port} [dict get $modules $top ports] {
    set bits [llength [dict get $port bits]]
    # A vector of one bit is a vector for Vivado; Yosys says so by its offset or upto alone, and we write none.
    lappend ports [list $name [dict get $port direction] [expr {$bits == 1 ? "" : $bits}]]
  }
  return [dict create ports $ports cells [instances $modules $top ""]]
}

proc instances {modules module path} {
  set found {}
  dict for {name cell} [dict get $modules $module cells] {
    if {[string match {$*} $name]} {
      continue
    }
    set here [expr {$path eq "" ? $name : "$path/$name"}]
    lappend found $here
    set type [dict get $cell type]
    if {[dict exists $modules $type]} {
      lappend found {*}[instances $modules $type $here]
    }
  }
  return $found
}

# Objects become dicts, arrays lists.
proc parse_json {text} {
  set tokens [regexp -all -inline {"(?:[^"\\]|\\.)*"|[\[\]{}:,]|[^\s\[\]{}:,"]+} $text]
  set at 0
  return [json_value $tokens at]
}

proc json_value {tokens atName} {
  upvar 1 $atName at
  set token [lindex $tokens $at]
  incr at
  switch -glob -- $token {
    "\{" {
      set value [dict create]
      while {[lindex $tokens $at] ne "\}"} {
        set key [subst -nocommands -novariables [string range [lindex $tokens $at] 1 end-1]]
        incr at 2
        dict set value $key [json_value $tokens at]
        if {[lindex $tokens $at] eq ","} {
          incr at
        }
      }
      incr at
      return $value
    }
    "\\\[" {
      set value {}
      while {[lindex $tokens $at] ne "\]"} {
        lappend value [json_value $tokens at]
        if {[lindex $tokens $at] eq ","} {
          incr at
        }
      }
      incr at
      return $value
    }
    "\"*" {
      return [subst -nocommands -novariables [string range $token 1 end-1]]
    }
    default {
      return $token
    }
  }
}
