# Syntax of commands, as UG835 states it: `[-option]`, `[-option <arg>]`, `<needed>`, `[<optional>]`, `<several>...`.
# Pages of 2020.2 to 2025.1 were at hand. Options that only some of them have are left out, as a script for all versions
# cannot use them (`synth_design -retiming` until 2022.2, `-global_retiming` in 2024.1).

set script_commands {
  {create_project [-part <arg>] [-force] [-in_memory] [-ip] [-rtl_kernel] [-quiet] [-verbose] [<name>] [<dir>]}
  {set_msg_config [-id <arg>] [-string <args>] [-severity <arg>] [-limit <arg>] [-suppress] [-new_severity <arg>] [-regexp] [-source <arg>] [-ruleid <arg>] [-quiet] [-verbose]}
  {read_verilog [-library <arg>] [-sv] [-quiet] [-verbose] <files>...}
  {read_mem [-quiet] [-verbose] <files>...}
  {read_xdc [-cells <args>] [-ref <arg>] [-quiet_diff_pairs] [-mode <arg>] [-unmanaged] [-no_add] [-quiet] [-verbose] <files>}
  {synth_design [-name <arg>] [-part <arg>] [-constrset <arg>] [-top <arg>] [-include_dirs <args>] [-generic <args>] [-verilog_define <args>] [-flatten_hierarchy <arg>] [-gated_clock_conversion <arg>] [-directive <arg>] [-rtl] [-bufg <arg>] [-no_lc] [-shreg_min_size <arg>] [-mode <arg>] [-fsm_extraction <arg>] [-rtl_skip_mlo] [-rtl_skip_ip] [-rtl_skip_constraints] [-keep_equivalent_registers] [-resource_sharing <arg>] [-cascade_dsp <arg>] [-control_set_opt_threshold <arg>] [-max_bram <arg>] [-max_uram <arg>] [-max_dsp <arg>] [-max_bram_cascade_height <arg>] [-max_uram_cascade_height <arg>] [-no_srlextract] [-assert] [-no_timing_driven] [-sfcu] [-quiet] [-verbose]}
  {opt_design [-retarget] [-propconst] [-sweep] [-bram_power_opt] [-remap] [-aggressive_remap] [-resynth_area] [-resynth_seq_area] [-directive <arg>] [-muxf_remap] [-hier_fanout_limit <arg>] [-bufg_opt] [-shift_register_opt] [-control_set_merge] [-merge_equivalent_drivers] [-carry_remap] [-debug_log] [-property_opt_only] [-quiet] [-verbose]}
  {place_design [-directive <arg>] [-no_timing_driven] [-timing_summary] [-unplace] [-post_place_opt] [-no_psip] [-no_bufg_opt] [-quiet] [-verbose]}
  {phys_opt_design [-fanout_opt] [-placement_opt] [-routing_opt] [-slr_crossing_opt] [-insert_negative_edge_ffs] [-critical_cell_opt] [-dsp_register_opt] [-bram_register_opt] [-uram_register_opt] [-bram_enable_opt] [-shift_register_opt] [-hold_fix] [-aggressive_hold_fix] [-retime] [-force_replication_on_nets <args>] [-directive <arg>] [-critical_pin_opt] [-clock_opt] [-path_groups <args>] [-tns_cleanup] [-sll_reg_hold_fix] [-quiet] [-verbose]}
  {route_design [-unroute] [-release_memory] [-nets <args>] [-physical_nets] [-pins <arg>] [-directive <arg>] [-tns_cleanup] [-no_timing_driven] [-preserve] [-delay] [-auto_delay] [-max_delay <arg>] [-min_delay <arg>] [-timing_summary] [-finalize] [-ultrathreads] [-quiet] [-verbose]}
  {write_checkpoint [-force] [-cell <arg>] [-logic_function_stripped] [-encrypt] [-key <arg>] [-quiet] [-verbose] [<file>]}
  {open_checkpoint [-part <arg>] [-ignore_timing] [-quiet] [-verbose] <file>}
  {report_utilization [-file <arg>] [-append] [-pblocks <args>] [-cells <args>] [-return_string] [-slr] [-packthru] [-name <arg>] [-no_primitives] [-omit_locs] [-hierarchical] [-spreadsheet_file <arg>] [-spreadsheet_table <arg>] [-spreadsheet_depth <arg>] [-hierarchical_depth <arg>] [-hierarchical_percentages] [-quiet] [-verbose]}
  {report_timing_summary [-check_timing_verbose] [-delay_type <arg>] [-no_detailed_paths] [-setup] [-hold] [-max_paths <arg>] [-nworst <arg>] [-unique_pins] [-path_type <arg>] [-no_reused_label] [-input_pins] [-no_pblock] [-slack_lesser_than <arg>] [-report_unconstrained] [-significant_digits <arg>] [-no_header] [-file <arg>] [-append] [-name <arg>] [-return_string] [-warn_on_violation] [-datasheet] [-cells <args>] [-rpx <arg>] [-quiet] [-verbose]}
  {report_power [-no_propagation] [-hier <arg>] [-hierarchical_depth <arg>] [-vid] [-advisory] [-file <arg>] [-name <arg>] [-format <arg>] [-xpe <arg>] [-l <arg>] [-return_string] [-append] [-rpx <arg>] [-quiet] [-verbose]}
  {report_drc [-name <arg>] [-upgrade_cw] [-checks <args>] [-ruledecks <args>] [-file <arg>] [-rpx <arg>] [-append] [-waived] [-no_waivers] [-return_string] [-quiet] [-verbose]}
  {write_bitstream [-force] [-verbose] [-raw_bitfile] [-no_binary_bitfile] [-mask_file] [-readback_file] [-logic_location_file] [-bin_file] [-reference_bitfile <arg>] [-cell <arg>] [-no_partial_bitfile] [-quiet] <file>}
}

# Block designs. `assign_bd_address -dict` is left out: the pages list it as needed, which it is not. The pages of that
# command and of `make_wrapper` were at hand; the others have the options that public scripts use.
lappend script_commands {*}{
  {update_ip_catalog [-rebuild] [-add_ip <arg>] [-delete_ip <arg>] [-disable_ip <arg>] [-enable_ip <arg>] [-add_interface <arg>] [-create_index] [-repo_path <arg>] [-scan_changes] [-update_module_ref] [-quiet] [-verbose]}
  {current_project [-quiet] [-verbose] [<project>]}
  {create_bd_design [-dir <arg>] [-cell <arg>] [-quiet] [-verbose] <name>}
  {create_bd_cell [-vlnv <arg>] [-type <arg>] [-reference <arg>] [-quiet] [-verbose] <name>}
  {create_bd_port [-from <arg>] [-to <arg>] -dir <arg> [-type <arg>] [-freq_hz <arg>] [-quiet] [-verbose] <name>}
  {create_bd_intf_port -vlnv <arg> -mode <arg> [-quiet] [-verbose] <name>}
  {connect_bd_net [-net <arg>] [-boundary] [-quiet] [-verbose] <objects>...}
  {connect_bd_intf_net [-intf_net <arg>] [-auto_flatten] [-boundary_type <arg>] [-quiet] [-verbose] <object1> <object2>}
  {get_bd_cells [-regexp] [-hierarchical] [-filter <arg>] [-of_objects <args>] [-quiet] [-verbose] [<patterns>]}
  {get_bd_pins [-regexp] [-hierarchical] [-filter <arg>] [-of_objects <args>] [-quiet] [-verbose] [<patterns>]}
  {get_bd_intf_pins [-regexp] [-hierarchical] [-filter <arg>] [-of_objects <args>] [-quiet] [-verbose] [<patterns>]}
  {get_bd_ports [-regexp] [-filter <arg>] [-of_objects <args>] [-quiet] [-verbose] [<patterns>]}
  {get_bd_intf_ports [-regexp] [-filter <arg>] [-of_objects <args>] [-quiet] [-verbose] [<patterns>]}
  {get_bd_addr_spaces [-regexp] [-hierarchical] [-filter <arg>] [-of_objects <args>] [-quiet] [-verbose] [<patterns>]}
  {get_bd_addr_segs [-regexp] [-hierarchical] [-addressed] [-addressing] [-excluded] [-filter <arg>] [-of_objects <args>] [-quiet] [-verbose] [<patterns>]}
  {assign_bd_address [-target_address_space <arg>] [-boundary] [-master_boundary] [-external] [-import_from_file <arg>] [-export_to_file <arg>] [-export_gui_to_file <arg>] [-offset <arg>] [-range <arg>] [-base_high <arg>] [-force] [-quiet] [-verbose] <objects>...}
  {validate_bd_design [-force] [-design <arg>] [-quiet] [-verbose]}
  {save_bd_design [-quiet] [-verbose] [<name>]}
  {get_files [-regexp] [-nocase] [-filter <arg>] [-compile_order <arg>] [-used_in <arg>] [-norecurse] [-references] [-of_objects <args>] [-all] [-quiet] [-verbose] [<patterns>]}
  {generate_target [-force] [-quiet] [-verbose] <name> <objects>}
  {make_wrapper [-top] [-testbench] [-inst_template] [-fileset <arg>] [-import] [-force] [-quiet] [-verbose] <files>}
}

# Those that stand in XDC files.
set constraint_commands {
  {get_ports [-regexp] [-nocase] [-filter <arg>] [-of_objects <args>] [-match_style <arg>] [-scoped_to_current_instance] [-no_traverse] [-prop_thru_buffers] [-quiet] [-verbose] [<patterns>]}
  {get_cells [-hsc <arg>] [-hierarchical] [-regexp] [-nocase] [-filter <arg>] [-of_objects <args>] [-match_style <arg>] [-quiet] [-verbose] [<patterns>]}
  {get_clocks [-regexp] [-nocase] [-filter <arg>] [-of_objects <args>] [-match_style <arg>] [-include_generated_clocks] [-quiet] [-verbose] [<patterns>]}
  {current_design [-quiet] [-verbose] [<design>]}
  {set_property [-name <arg>] [-value <arg>] [-dict <args>] [-quiet] [-verbose] <name> <value> <objects>}
  {create_clock -period <arg> [-name <arg>] [-waveform <args>] [-add] [-quiet] [-verbose] [<objects>]}
  {set_input_delay [-clock <args>] [-reference_pin <args>] [-clock_fall] [-rise] [-fall] [-max] [-min] [-add_delay] [-network_latency_included] [-source_latency_included] [-quiet] [-verbose] <delay> <objects>}
  {set_output_delay [-clock <args>] [-reference_pin <args>] [-clock_fall] [-rise] [-fall] [-max] [-min] [-add_delay] [-network_latency_included] [-source_latency_included] [-quiet] [-verbose] <delay> <objects>}
  {set_false_path [-setup] [-hold] [-rise] [-fall] [-reset_path] [-from <args>] [-rise_from <args>] [-fall_from <args>] [-to <args>] [-rise_to <args>] [-fall_to <args>] [-through <args>] [-rise_through <args>] [-fall_through <args>] [-quiet] [-verbose]}
  {set_max_delay [-rise] [-fall] [-datapath_only] [-reset_path] [-from <args>] [-rise_from <args>] [-fall_from <args>] [-to <args>] [-rise_to <args>] [-fall_to <args>] [-through <args>] [-rise_through <args>] [-fall_through <args>] [-quiet] [-verbose] <delay>}
  {set_min_delay [-rise] [-fall] [-reset_path] [-from <args>] [-rise_from <args>] [-fall_from <args>] [-to <args>] [-rise_to <args>] [-fall_to <args>] [-through <args>] [-rise_through <args>] [-fall_through <args>] [-quiet] [-verbose] <delay>}
}

# Values of options, where UG835 and UG904 list them. `Default` and its like are what is meant by leaving one out.
set option_values {
  synth_design -mode {default out_of_context}
  synth_design -flatten_hierarchy {full none rebuilt}
  synth_design -directive {default RuntimeOptimized AreaOptimized_high AreaOptimized_medium AlternateRoutability AreaMapLargeShiftRegToBRAM AreaMultThresholdDSP FewerCarryChains PerformanceOptimized LogicCompaction}
  opt_design -directive {Default Explore ExploreArea AddRemap ExploreWithRemap ExploreSequentialArea RuntimeOptimized NoBramPowerOpt}
  place_design -directive {Default Explore WLDrivenBlockPlacement EarlyBlockPlacement ExtraNetDelay_high ExtraNetDelay_low SSI_SpreadLogic_high SSI_SpreadLogic_low AltSpreadLogic_high AltSpreadLogic_medium AltSpreadLogic_low ExtraPostPlacementOpt ExtraTimingOpt SSI_SpreadSLLs SSI_BalanceSLLs SSI_BalanceSLRs SSI_HighUtilSLRs RuntimeOptimized Quick}
  phys_opt_design -directive {Default Explore ExploreWithHoldFix ExploreWithAggressiveHoldFix AggressiveExplore AlternateReplication AggressiveFanoutOpt AddRetime AlternateFlowWithRetiming RuntimeOptimized}
  route_design -directive {Default Explore AggressiveExplore NoTimingRelaxation MoreGlobalIterations HigherDelayCost RuntimeOptimized AlternateCLBRouting Quick}
  read_xdc -mode {default out_of_context}
  report_timing_summary -delay_type {max min min_max}
  set_msg_config -new_severity {ERROR {CRITICAL WARNING} WARNING INFO STATUS}
}

# The words of a call by their names: `-top` and `files` of a spec. Flags are 1, several positional words a list.
proc parse_call {spec words} {
  regexp {^(\w+) (.*)$} $spec -> command words_of_spec
  set takes [dict create]
  set needed {}
  set places {}
  set several ""
  foreach token [regexp -all -inline {\[-\w+(?: <args?>)?\]|-\w+ <args?>|\[<\w+>\]|<\w+>(?:\.\.\.)?} $words_of_spec] {
    if {[regexp {^\[?(-\w+)( <args?>)?\]?$} $token -> option value]} {
      dict set takes $option [expr {$value ne ""}]
      if {![string match {\[*} $token]} {
        lappend needed $option
      }
    } else {
      regexp {<(\w+)>} $token -> place
      lappend places $place
      if {[string match *... $token]} {
        set several $place
      }
      if {![string match {\[*} $token]} {
        lappend needed $place
      }
    }
  }
  set call [dict create]
  set positional {}
  for {set i 0} {$i < [llength $words]} {incr i} {
    set word [lindex $words $i]
    if {![regexp {^-[A-Za-z_]} $word]} {
      lappend positional $word
      continue
    }
    if {![dict exists $takes $word]} {
      fail "\[Common 17-170\] Unknown option '$word', please type '$command -help' for usage info."
    }
    if {[dict get $takes $word]} {
      if {[incr i] >= [llength $words]} {
        fail "\[Common 17-157\] $command: the option $word needs a value"
      }
      set value [lindex $words $i]
      foreach {other option values} $::option_values {
        if {$other eq $command && $option eq $word && $value ni $values} {
          fail "\[Common 17-161\] Invalid option value '$value' specified for '[string range $word 1 end]' of $command"
        }
      }
      dict set call $word $value
    } else {
      dict set call $word 1
    }
  }
  if {$several ne ""} {
    if {[llength $positional] > 0} {
      dict set call $several $positional
    }
  } else {
    if {[llength $positional] > [llength $places]} {
      fail "\[Common 17-165\] Too many positional options when parsing '[lindex $positional end]', please type '$command -help' for usage info."
    }
    foreach word $positional place [lrange $places 0 [expr {[llength $positional] - 1}]] {
      dict set call $place $word
    }
  }
  if {[dict exists $call -dict]} {
    set needed [lmap name $needed {expr {$name in {name value} ? "" : $name}}]
    if {[llength $positional] == 1} {
      dict set call objects [lindex $positional 0]
      dict unset call name
    }
  }
  foreach name $needed {
    if {$name ne "" && ![dict exists $call $name]} {
      fail "\[Common 17-163\] Missing value for option '$name', please type '$command -help' for usage info."
    }
  }
  return $call
}

# Defines all commands of a script. What each does is in `do_<command>`, with the words by their names.
proc define_commands {} {
  foreach spec [concat $::script_commands $::constraint_commands] {
    set command [lindex $spec 0]
    proc $command {args} [format {
      set call [parse_call %s $args]
      return [do_%s $call]
    } [list $spec] $command]
  }
}

proc option {call name {otherwise ""}} {
  return [expr {[dict exists $call $name] ? [dict get $call $name] : $otherwise}]
}
