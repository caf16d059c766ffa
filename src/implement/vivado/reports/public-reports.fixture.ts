/**
 * Excerpts of reports that Vivado wrote for others, from public repositories on GitHub: output of the tool, cut where a
 * comment in brackets says so. Sources as repository, path, commit.
 */
interface PublicReport {
  readonly source: string;
  readonly text: string;
}

/** Header, then `Slice Logic`, `Memory` and `DSP` of the ten sections. */
export const utilizationReports = {
  "2021.2, Zynq-7020": {
    source: "sujandurai/RISC-V reports/utilization.rpt 279c1fba4a8d0d85a023e5d36fab969ae9dc67d4",
    text: `Copyright 1986-2021 Xilinx, Inc. All Rights Reserved.
------------------------------------------------------------------------------------------
| Tool Version : Vivado v.2021.2 (win64) Build 3367213 Tue Oct 19 02:48:09 MDT 2021
| Date         : Fri Oct  9 09:43:50 2026
| Host         : jarvis running 64-bit major release  (build 9200)
| Command      : report_utilization -file {C:/VLSI/risv original/reports/utilization.rpt}
| Design       : soc_top
| Device       : xc7z020clg484-1
| Speed File   : -1
| Design State : Physopt postRoute
------------------------------------------------------------------------------------------

Utilization Design Information

1. Slice Logic
--------------

+----------------------------+------+-------+------------+-----------+-------+
|          Site Type         | Used | Fixed | Prohibited | Available | Util% |
+----------------------------+------+-------+------------+-----------+-------+
| Slice LUTs                 | 8314 |     0 |          0 |     53200 | 15.63 |
|   LUT as Logic             | 8254 |     0 |          0 |     53200 | 15.52 |
|   LUT as Memory            |   60 |     0 |          0 |     17400 |  0.34 |
|     LUT as Distributed RAM |   44 |     0 |            |           |       |
|     LUT as Shift Register  |   16 |     0 |            |           |       |
| Slice Registers            | 7090 |     0 |          0 |    106400 |  6.66 |
|   Register as Flip Flop    | 7090 |     0 |          0 |    106400 |  6.66 |
|   Register as Latch        |    0 |     0 |          0 |    106400 |  0.00 |
| F7 Muxes                   |  342 |     0 |          0 |     26600 |  1.29 |
| F8 Muxes                   |  139 |     0 |          0 |     13300 |  1.05 |
+----------------------------+------+-------+------------+-----------+-------+


3. Memory
---------

+-------------------+------+-------+------------+-----------+-------+
|     Site Type     | Used | Fixed | Prohibited | Available | Util% |
+-------------------+------+-------+------------+-----------+-------+
| Block RAM Tile    | 64.5 |     0 |          0 |       140 | 46.07 |
|   RAMB36/FIFO*    |   64 |     0 |          0 |       140 | 45.71 |
|     RAMB36E1 only |   64 |       |            |           |       |
|   RAMB18          |    1 |     0 |          0 |       280 |  0.36 |
|     RAMB18E1 only |    1 |       |            |           |       |
+-------------------+------+-------+------------+-----------+-------+
* Note: Each Block RAM Tile only has one FIFO logic available and therefore can accommodate only one FIFO36E1 or one FIFO18E1. However, if a FIFO18E1 occupies a Block RAM Tile, that tile can still accommodate a RAMB18E1


4. DSP
------

+----------------+------+-------+------------+-----------+-------+
|    Site Type   | Used | Fixed | Prohibited | Available | Util% |
+----------------+------+-------+------------+-----------+-------+
| DSPs           |    4 |     0 |          0 |       220 |  1.82 |
|   DSP48E1 only |    4 |       |            |           |       |
+----------------+------+-------+------------+-----------+-------+


`,
  },
  "2024.1, Artix-7": {
    source: "Joseph-Tang1/FPGA26Summer reports/utilization.rpt 2b429d3aad8145efe4cbbded5bf6598ca246d5ca",
    text: `Copyright 1986-2022 Xilinx, Inc. All Rights Reserved. Copyright 2022-2024 Advanced Micro Devices, Inc. All Rights Reserved.
---------------------------------------------------------------------------------------------------------------------------------------------
| Tool Version : Vivado v.2024.1 (win64) Build 5076996 Wed May 22 18:37:14 MDT 2024
| Date         : Sat Aug 29 12:05:02 2026
| Host         : LAPTOP-J02AFG1P running 64-bit major release  (build 9200)
| Command      : report_utilization -file C:/Users/Lenovo/Desktop/ticket_price/reports/utilization.rpt
| Design       : ticket_price_top
| Device       : xc7a75tfgg484-2
| Speed File   : -2
| Design State : Routed
---------------------------------------------------------------------------------------------------------------------------------------------

Utilization Design Information

1. Slice Logic
--------------

+-------------------------+------+-------+------------+-----------+-------+
|        Site Type        | Used | Fixed | Prohibited | Available | Util% |
+-------------------------+------+-------+------------+-----------+-------+
| Slice LUTs              |  630 |     0 |          0 |     47200 |  1.33 |
|   LUT as Logic          |  630 |     0 |          0 |     47200 |  1.33 |
|   LUT as Memory         |    0 |     0 |          0 |     19000 |  0.00 |
| Slice Registers         |  265 |     0 |          0 |     94400 |  0.28 |
|   Register as Flip Flop |  265 |     0 |          0 |     94400 |  0.28 |
|   Register as Latch     |    0 |     0 |          0 |     94400 |  0.00 |
| F7 Muxes                |    2 |     0 |          0 |     31700 | <0.01 |
| F8 Muxes                |    0 |     0 |          0 |     15850 |  0.00 |
+-------------------------+------+-------+------------+-----------+-------+
* Warning! LUT value is adjusted to account for LUT combining.


3. Memory
---------

+-------------------+------+-------+------------+-----------+-------+
|     Site Type     | Used | Fixed | Prohibited | Available | Util% |
+-------------------+------+-------+------------+-----------+-------+
| Block RAM Tile    |  4.5 |     0 |          0 |       105 |  4.29 |
|   RAMB36/FIFO*    |    4 |     0 |          0 |       105 |  3.81 |
|     RAMB36E1 only |    4 |       |            |           |       |
|   RAMB18          |    1 |     0 |          0 |       210 |  0.48 |
|     RAMB18E1 only |    1 |       |            |           |       |
+-------------------+------+-------+------------+-----------+-------+


4. DSP
------

+-----------+------+-------+------------+-----------+-------+
| Site Type | Used | Fixed | Prohibited | Available | Util% |
+-----------+------+-------+------------+-----------+-------+
| DSPs      |    0 |     0 |          0 |       180 |  0.00 |
+-----------+------+-------+------------+-----------+-------+


`,
  },
  "2022.2, UltraScale+": {
    source:
      "zhangPurdueARC/rfsoc4x2_flash_poc build/utilization.rpt 80458cd28bea78790dbddfca795dc06a94d6a258",
    text: `Copyright 1986-2022 Xilinx, Inc. All Rights Reserved.
-----------------------------------------------------------------------------------------
| Tool Version : Vivado v.2022.2 (lin64) Build 3671981 Fri Oct 14 04:59:54 MDT 2022
| Date         : Thu Sep 24 14:03:54 2026
| Host         : ececomp2.ecn.purdue.edu running 64-bit Oracle Linux Server release 8.10
| Command      : report_utilization -file ./build/utilization.rpt
| Design       : flash_test_fpga
| Device       : xczu48dr-ffvg1517-2-e
| Speed File   : -2
| Design State : Routed
-----------------------------------------------------------------------------------------

Utilization Design Information

1. CLB Logic
------------

+-------------------------+------+-------+------------+-----------+-------+
|        Site Type        | Used | Fixed | Prohibited | Available | Util% |
+-------------------------+------+-------+------------+-----------+-------+
| CLB LUTs                |    3 |     0 |          0 |    425280 | <0.01 |
|   LUT as Logic          |    3 |     0 |          0 |    425280 | <0.01 |
|   LUT as Memory         |    0 |     0 |          0 |    213600 |  0.00 |
| CLB Registers           |   11 |     0 |          0 |    850560 | <0.01 |
|   Register as Flip Flop |   11 |     0 |          0 |    850560 | <0.01 |
|   Register as Latch     |    0 |     0 |          0 |    850560 |  0.00 |
| CARRY8                  |    0 |     0 |          0 |     53160 |  0.00 |
| F7 Muxes                |    0 |     0 |          0 |    212640 |  0.00 |
| F8 Muxes                |    0 |     0 |          0 |    106320 |  0.00 |
| F9 Muxes                |    0 |     0 |          0 |     53160 |  0.00 |
+-------------------------+------+-------+------------+-----------+-------+
* Warning! LUT value is adjusted to account for LUT combining.


3. BLOCKRAM
-----------

+----------------+------+-------+------------+-----------+-------+
|    Site Type   | Used | Fixed | Prohibited | Available | Util% |
+----------------+------+-------+------------+-----------+-------+
| Block RAM Tile |    0 |     0 |          0 |      1080 |  0.00 |
|   RAMB36/FIFO* |    0 |     0 |          0 |      1080 |  0.00 |
|   RAMB18       |    0 |     0 |          0 |      2160 |  0.00 |
| URAM           |    0 |     0 |          0 |        80 |  0.00 |
+----------------+------+-------+------------+-----------+-------+


4. ARITHMETIC
-------------

+-----------+------+-------+------------+-----------+-------+
| Site Type | Used | Fixed | Prohibited | Available | Util% |
+-----------+------+-------+------------+-----------+-------+
| DSPs      |    0 |     0 |          0 |      4272 |  0.00 |
+-----------+------+-------+------------+-----------+-------+


`,
  },
  "2017.2, Artix-7, without the column Prohibited": {
    source: "HenW/Masterarbeit post_route_util.rpt eea22d522a62f550e4275ce0c71e6ba3362f1cb6",
    text: `Copyright 1986-2017 Xilinx, Inc. All Rights Reserved.
------------------------------------------------------------------------------------
| Tool Version : Vivado v.2017.2 (lin64) Build 1909853 Thu Jun 15 18:39:10 MDT 2017
| Date         : Tue Aug 28 13:28:14 2018
| Host         : labornord-rechner04 running 64-bit Debian GNU/Linux 9.5 (stretch)
| Command      : report_utilization -file ./impl/post_route_util.rpt
| Design       : basereconfTop
| Device       : 7a100tcsg324-1
| Design State : Routed
------------------------------------------------------------------------------------

Utilization Design Information

1. Slice Logic
--------------

+----------------------------+-------+-------+-----------+-------+
|          Site Type         |  Used | Fixed | Available | Util% |
+----------------------------+-------+-------+-----------+-------+
| Slice LUTs                 | 18577 |     0 |     63400 | 29.30 |
|   LUT as Logic             | 17384 |     0 |     63400 | 27.42 |
|   LUT as Memory            |  1193 |     0 |     19000 |  6.28 |
|     LUT as Distributed RAM |  1176 |     0 |           |       |
|     LUT as Shift Register  |    17 |     0 |           |       |
| Slice Registers            | 10327 |     0 |    126800 |  8.14 |
|   Register as Flip Flop    | 10327 |     0 |    126800 |  8.14 |
|   Register as Latch        |     0 |     0 |    126800 |  0.00 |
| F7 Muxes                   |   600 |     0 |     31700 |  1.89 |
| F8 Muxes                   |     2 |     0 |     15850 |  0.01 |
+----------------------------+-------+-------+-----------+-------+


3. Memory
---------

+-------------------+------+-------+-----------+-------+
|     Site Type     | Used | Fixed | Available | Util% |
+-------------------+------+-------+-----------+-------+
| Block RAM Tile    | 24.5 |     0 |       135 | 18.15 |
|   RAMB36/FIFO*    |   23 |     0 |       135 | 17.04 |
|     FIFO36E1 only |    6 |       |           |       |
|     RAMB36E1 only |   17 |       |           |       |
|   RAMB18          |    3 |     0 |       270 |  1.11 |
|     FIFO18E1 only |    2 |       |           |       |
|     RAMB18E1 only |    1 |       |           |       |
+-------------------+------+-------+-----------+-------+


4. DSP
------

+----------------+------+-------+-----------+-------+
|    Site Type   | Used | Fixed | Available | Util% |
+----------------+------+-------+-----------+-------+
| DSPs           |    4 |     0 |       240 |  1.67 |
|   DSP48E1 only |    4 |       |           |       |
+----------------+------+-------+-----------+-------+


`,
  },
} as const satisfies Record<string, PublicReport>;

/** Header, summaries, and the first path of setup (and of hold, in one) without most of its steps. */
export const timingReports = {
  "2022.2, synthesised, violated": {
    source: "mzybest/MDC-NTT reports/timing_summary.rpt 058dd204129ab951abe287261c14a1b2151c674c",
    text: `Copyright 1986-2022 Xilinx, Inc. All Rights Reserved.
------------------------------------------------------------------------------------
| Tool Version : Vivado v.2022.2 (win64) Build 3671981 Fri Oct 14 05:00:03 MDT 2022
| Date         : Sat Jun 13 19:19:43 2026
| Host         : LAPTOP-G40ALRVF running 64-bit major release  (build 9200)
| Command      : report_timing_summary -file M:/reports/timing_summary.rpt
| Design       : poly_mul_top
| Device       : 7a200t-sbg484
| Speed File   : -1  PRODUCTION 1.23 2018-06-13
------------------------------------------------------------------------------------

Timing Summary Report

------------------------------------------------------------------------------------------------
| Design Timing Summary
| ---------------------
------------------------------------------------------------------------------------------------

    WNS(ns)      TNS(ns)  TNS Failing Endpoints  TNS Total Endpoints      WHS(ns)      THS(ns)  THS Failing Endpoints  THS Total Endpoints     WPWS(ns)     TPWS(ns)  TPWS Failing Endpoints  TPWS Total Endpoints  
    -------      -------  ---------------------  -------------------      -------      -------  ---------------------  -------------------     --------     --------  ----------------------  --------------------  
    -21.706   -67897.711                   8299               233441        0.072        0.000                      0               233441        3.750        0.000                       0                 44901  


Timing constraints are not met.


------------------------------------------------------------------------------------------------
| Clock Summary
| -------------
------------------------------------------------------------------------------------------------

Clock  Waveform(ns)       Period(ns)      Frequency(MHz)
-----  ------------       ----------      --------------
clk    {0.000 5.000}      10.000          100.000         


------------------------------------------------------------------------------------------------
| Intra Clock Table
| -----------------
------------------------------------------------------------------------------------------------

Clock             WNS(ns)      TNS(ns)  TNS Failing Endpoints  TNS Total Endpoints      WHS(ns)      THS(ns)  THS Failing Endpoints  THS Total Endpoints     WPWS(ns)     TPWS(ns)  TPWS Failing Endpoints  TPWS Total Endpoints  
-----             -------      -------  ---------------------  -------------------      -------      -------  ---------------------  -------------------     --------     --------  ----------------------  --------------------  
clk               -21.706   -67897.711                   8299               233441        0.072        0.000                      0               233441        3.750        0.000                       0                 44901  


------------------------------------------------------------------------------------------------
| Timing Details
| --------------
------------------------------------------------------------------------------------------------


---------------------------------------------------------------------------------------------------
From Clock:  clk
  To Clock:  clk

Setup :         8299  Failing Endpoints,  Worst Slack      -21.706ns,  Total Violation   -67897.709ns
Hold  :            0  Failing Endpoints,  Worst Slack        0.072ns,  Total Violation        0.000ns
PW    :            0  Failing Endpoints,  Worst Slack        3.750ns,  Total Violation        0.000ns
---------------------------------------------------------------------------------------------------


Max Delay Paths
--------------------------------------------------------------------------------------
Slack (VIOLATED) :        -21.706ns  (required time - arrival time)
  Source:                 u_core/g_stage[0].u_stage/u_butterfly/u_mul/sum_s12__5/CLK
                            (rising edge-triggered cell DSP48E1 clocked by clk  {rise@0.000ns fall@5.000ns period=10.000ns})
  Destination:            u_core/g_stage[0].u_stage/u_butterfly/u_mul/sum_s1_reg[128]/D
                            (rising edge-triggered cell FDRE clocked by clk  {rise@0.000ns fall@5.000ns period=10.000ns})
  Path Group:             clk
  Path Type:              Setup (Max at Slow Process Corner)
  Requirement:            10.000ns  (clk rise@10.000ns - clk rise@0.000ns)
  Data Path Delay:        31.572ns  (logic 22.777ns (72.143%)  route 8.795ns (27.857%))
  Logic Levels:           44  (CARRY4=29 DSP48E1=4 LUT2=3 LUT3=4 LUT4=4)
  Clock Path Skew:        -0.145ns (DCD - SCD + CPR)
    Destination Clock Delay (DCD):    2.077ns = ( 12.077 - 10.000 ) 
    Source Clock Delay      (SCD):    2.400ns
    Clock Pessimism Removal (CPR):    0.178ns

    Location             Delay type                Incr(ns)  Path(ns)    Netlist Resource(s)
  -------------------------------------------------------------------    -------------------
                         (clock clk rise edge)        0.000     0.000 r  
                                                      0.000     0.000 r  clk (IN)
  -------------------------------------------------------------------
                         slack                                -21.706    





`,
  },
  "2022.2, routed, met": {
    source:
      "hothiennhan021/ascon-aead128-genesys2 reports/timing_summary.rpt 502190c89f41bafaf6c3e14be504a98c5babbe31",
    text: `Copyright 1986-2022 Xilinx, Inc. All Rights Reserved.
------------------------------------------------------------------------------------
| Tool Version : Vivado v.2022.2 (win64) Build 3671981 Fri Oct 14 05:00:03 MDT 2022
| Date         : Wed Sep  2 14:57:17 2026
| Host         : DESKTOP-B2JP29G running 64-bit major release  (build 9200)
| Command      : report_timing_summary -file reports/timing_summary.rpt
| Design       : ascon_apb
| Device       : 7a35t-cpg236
| Speed File   : -1  PRODUCTION 1.23 2018-06-13
------------------------------------------------------------------------------------

Timing Summary Report

------------------------------------------------------------------------------------------------
| Design Timing Summary
| ---------------------
------------------------------------------------------------------------------------------------

    WNS(ns)      TNS(ns)  TNS Failing Endpoints  TNS Total Endpoints      WHS(ns)      THS(ns)  THS Failing Endpoints  THS Total Endpoints     WPWS(ns)     TPWS(ns)  TPWS Failing Endpoints  TPWS Total Endpoints  
    -------      -------  ---------------------  -------------------      -------      -------  ---------------------  -------------------     --------     --------  ----------------------  --------------------  
      0.216        0.000                      0                 1983        0.140        0.000                      0                 1983        2.500        0.000                       0                  1520  


All user specified timing constraints are met.


------------------------------------------------------------------------------------------------
| Clock Summary
| -------------
------------------------------------------------------------------------------------------------

Clock  Waveform(ns)         Period(ns)      Frequency(MHz)
-----  ------------         ----------      --------------
pclk   {0.000 3.000}        6.000           166.667         


------------------------------------------------------------------------------------------------
| Timing Details
| --------------
------------------------------------------------------------------------------------------------


Max Delay Paths
--------------------------------------------------------------------------------------
Slack (MET) :             0.216ns  (required time - arrival time)
  Source:                 u_fsm/state_reg[0]_rep__0/C
                            (rising edge-triggered cell FDCE clocked by pclk  {rise@0.000ns fall@3.000ns period=6.000ns})
  Destination:            u_fsm/u_perm/state_reg[223]/D
                            (rising edge-triggered cell FDCE clocked by pclk  {rise@0.000ns fall@3.000ns period=6.000ns})
  Path Group:             pclk
  Path Type:              Setup (Max at Slow Process Corner)
  Requirement:            6.000ns  (pclk rise@6.000ns - pclk rise@0.000ns)
  Data Path Delay:        5.777ns  (logic 1.250ns (21.637%)  route 4.527ns (78.363%))
  Logic Levels:           4  (LUT3=1 LUT4=1 LUT5=1 LUT6=1)
  Clock Path Skew:        -0.049ns (DCD - SCD + CPR)

    Location             Delay type                Incr(ns)  Path(ns)    Netlist Resource(s)
  -------------------------------------------------------------------    -------------------
                         (clock pclk rise edge)       0.000     0.000 r  
                                                      0.000     0.000 r  pclk (IN)
                         net (fo=1519, unset)         0.973     0.973    u_fsm/pclk
    SLICE_X8Y109         FDCE                                         r  u_fsm/state_reg[0]_rep__0/C
  -------------------------------------------------------------------
                         required time                          6.966    
                         arrival time                          -6.750    
  -------------------------------------------------------------------
                         slack                                  0.216    





Min Delay Paths
--------------------------------------------------------------------------------------
Slack (MET) :             0.140ns  (arrival time - required time)
  Source:                 din_r_reg[49]/C
                            (rising edge-triggered cell FDCE clocked by pclk  {rise@0.000ns fall@3.000ns period=6.000ns})
  Destination:            u_fsm/last_pt_r_reg[49]/D
                            (rising edge-triggered cell FDCE clocked by pclk  {rise@0.000ns fall@3.000ns period=6.000ns})
  Path Group:             pclk
  Path Type:              Hold (Min at Fast Process Corner)
  Requirement:            0.000ns  (pclk rise@0.000ns - pclk rise@0.000ns)
  Data Path Delay:        0.252ns  (logic 0.186ns (73.765%)  route 0.066ns (26.235%))
  Logic Levels:           1  (LUT4=1)
  Clock Path Skew:        0.022ns (DCD - SCD - CPR)

    Location             Delay type                Incr(ns)  Path(ns)    Netlist Resource(s)
  -------------------------------------------------------------------    -------------------
  -------------------------------------------------------------------
                         required time                         -0.523    
                         arrival time                           0.662    
  -------------------------------------------------------------------
                         slack                                  0.140    





`,
  },
  "2020.1, routed, met": {
    source:
      "JustinZhouYuFeng/Zynq7020-EMNIST26-ViT reports/timing_summary.rpt 9232c2adc09d86bc622738b6829cbb8b32d9d3cc",
    text: `Copyright 1986-2020 Xilinx, Inc. All Rights Reserved.
--------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------
| Tool Version : Vivado v.2020.1 (win64) Build 2902540 Wed May 27 19:54:49 MDT 2020
| Date         : Sat Jun 20 04:16:18 2026
| Host         : LAPTOP-SQ1PBBIP running 64-bit major release  (build 9200)
| Command      : report_timing_summary -delay_type min_max -report_unconstrained -check_timing_verbose -max_paths 10 -input_pins -file D:/FPGA_ViT_MLP256_Build/zynq_vit_qkv_system/reports_mlp256_u16_rev25/timing_summary.rpt
| Design       : design_1_wrapper
| Device       : 7z020-clg400
| Speed File   : -1  PRODUCTION 1.12 2019-11-22
--------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------

Timing Summary Report

------------------------------------------------------------------------------------------------
| Design Timing Summary
| ---------------------
------------------------------------------------------------------------------------------------

    WNS(ns)      TNS(ns)  TNS Failing Endpoints  TNS Total Endpoints      WHS(ns)      THS(ns)  THS Failing Endpoints  THS Total Endpoints     WPWS(ns)     TPWS(ns)  TPWS Failing Endpoints  TPWS Total Endpoints  
    -------      -------  ---------------------  -------------------      -------      -------  ---------------------  -------------------     --------     --------  ----------------------  --------------------  
      2.458        0.000                      0                81988        0.013        0.000                      0                81988        6.750        0.000                       0                 37945  


All user specified timing constraints are met.


------------------------------------------------------------------------------------------------
| Clock Summary
| -------------
------------------------------------------------------------------------------------------------

Clock       Waveform(ns)       Period(ns)      Frequency(MHz)
-----       ------------       ----------      --------------
clk_fpga_0  {0.000 8.000}      16.000          62.500          


------------------------------------------------------------------------------------------------
| Timing Details
| --------------
------------------------------------------------------------------------------------------------


Max Delay Paths
--------------------------------------------------------------------------------------
Slack (MET) :             2.458ns  (required time - arrival time)
  Source:                 design_1_i/vit_tlayer_fused_0/inst/fmul_32ns_32ns_32_3_max_dsp_1_U97/din0_buf1_reg[19]/C
                            (rising edge-triggered cell FDRE clocked by clk_fpga_0  {rise@0.000ns fall@8.000ns period=16.000ns})
  Destination:            design_1_i/vit_tlayer_fused_0/inst/fmul_32ns_32ns_32_3_max_dsp_1_U97/vit_transformer_layer_fused_ap_fmul_1_max_dsp_32_u/U0/i_synth/MULT.OP/i_non_prim.OP/RESULT_REG.NORMAL.mant_op_reg[0]/R
                            (rising edge-triggered cell FDRE clocked by clk_fpga_0  {rise@0.000ns fall@8.000ns period=16.000ns})
  Path Group:             clk_fpga_0
  Path Type:              Setup (Max at Slow Process Corner)
  Requirement:            16.000ns  (clk_fpga_0 rise@16.000ns - clk_fpga_0 rise@0.000ns)
  Data Path Delay:        12.560ns  (logic 6.520ns (51.912%)  route 6.040ns (48.088%))
  Logic Levels:           5  (DSP48E1=2 LUT2=1 LUT4=1 LUT6=1)
  Clock Path Skew:        -0.216ns (DCD - SCD + CPR)

    Location             Delay type                Incr(ns)  Path(ns)    Netlist Resource(s)
  -------------------------------------------------------------------    -------------------
    SLICE_X61Y61         FDRE (Prop_fdre_C_Q)         0.419     3.424 r  design_1_i/vit_tlayer_fused_0/inst/fmul_32ns_32ns_32_3_max_dsp_1_U97/din0_buf1_reg[19]/Q
  -------------------------------------------------------------------
                         slack                                  2.458    





`,
  },
  "2024.1, routed, met": {
    source: "Joseph-Tang1/FPGA26Summer reports/timing_summary.rpt 2b429d3aad8145efe4cbbded5bf6598ca246d5ca",
    text: `Copyright 1986-2022 Xilinx, Inc. All Rights Reserved. Copyright 2022-2024 Advanced Micro Devices, Inc. All Rights Reserved.
---------------------------------------------------------------------------------------------------------------------------------------------
| Tool Version : Vivado v.2024.1 (win64) Build 5076996 Wed May 22 18:37:14 MDT 2024
| Date         : Sat Aug 29 12:05:02 2026
| Host         : LAPTOP-J02AFG1P running 64-bit major release  (build 9200)
| Command      : report_timing_summary -file C:/Users/Lenovo/Desktop/ticket_price/reports/timing_summary.rpt
| Design       : ticket_price_top
| Device       : 7a75t-fgg484
| Speed File   : -2  PRODUCTION 1.23 2018-06-13
| Design State : Routed
---------------------------------------------------------------------------------------------------------------------------------------------

Timing Summary Report

------------------------------------------------------------------------------------------------
| Design Timing Summary
| ---------------------
------------------------------------------------------------------------------------------------

    WNS(ns)      TNS(ns)  TNS Failing Endpoints  TNS Total Endpoints      WHS(ns)      THS(ns)  THS Failing Endpoints  THS Total Endpoints     WPWS(ns)     TPWS(ns)  TPWS Failing Endpoints  TPWS Total Endpoints  
    -------      -------  ---------------------  -------------------      -------      -------  ---------------------  -------------------     --------     --------  ----------------------  --------------------  
     10.958        0.000                      0                  475        0.105        0.000                      0                  475        9.500        0.000                       0                   271  


All user specified timing constraints are met.


------------------------------------------------------------------------------------------------
| Clock Summary
| -------------
------------------------------------------------------------------------------------------------

Clock    Waveform(ns)       Period(ns)      Frequency(MHz)
-----    ------------       ----------      --------------
sys_clk  {0.000 10.000}     20.000          50.000          


------------------------------------------------------------------------------------------------
| Timing Details
| --------------
------------------------------------------------------------------------------------------------


Max Delay Paths
--------------------------------------------------------------------------------------
Slack (MET) :             10.958ns  (required time - arrival time)
  Source:                 u_distance_lookup/address_reg_reg_0/CLKARDCLK
                            (rising edge-triggered cell RAMB36E1 clocked by sys_clk  {rise@0.000ns fall@10.000ns period=20.000ns})
  Destination:            unit_fare_reg[0]/D
                            (rising edge-triggered cell FDRE clocked by sys_clk  {rise@0.000ns fall@10.000ns period=20.000ns})
  Path Group:             sys_clk
  Path Type:              Setup (Max at Slow Process Corner)
  Requirement:            20.000ns  (sys_clk rise@20.000ns - sys_clk rise@0.000ns)
  Data Path Delay:        9.025ns  (logic 4.303ns (47.681%)  route 4.722ns (52.319%))
  Logic Levels:           15  (CARRY4=8 LUT1=1 LUT2=1 LUT3=1 LUT4=1 LUT6=3)
  Clock Path Skew:        -0.012ns (DCD - SCD + CPR)

    Location             Delay type                Incr(ns)  Path(ns)    Netlist Resource(s)
  -------------------------------------------------------------------    -------------------
    RAMB36_X0Y7          RAMB36E1 (Prop_ramb36e1_CLKARDCLK_DOADO[2])
                                                      0.734     5.567 f  u_distance_lookup/address_reg_reg_0/DOADO[2]
  -------------------------------------------------------------------
                         slack                                 10.958    





`,
  },
} as const satisfies Record<string, PublicReport>;

/** Header, summary and the parts of the chip. */
export const powerReports = {
  "2022.2, Artix-7, synthesised": {
    source: "mzybest/MDC-NTT reports/power.rpt 058dd204129ab951abe287261c14a1b2151c674c",
    text: `Copyright 1986-2022 Xilinx, Inc. All Rights Reserved.
----------------------------------------------------------------------------------------
| Tool Version     : Vivado v.2022.2 (win64) Build 3671981 Fri Oct 14 05:00:03 MDT 2022
| Date             : Sat Jun 13 19:21:16 2026
| Host             : LAPTOP-G40ALRVF running 64-bit major release  (build 9200)
| Command          : report_power -file M:/reports/power.rpt
| Design           : poly_mul_top
| Device           : xc7a200tsbg484-1
| Design State     : synthesized
| Grade            : commercial
| Process          : typical
| Characterization : Production
----------------------------------------------------------------------------------------

Power Report

1. Summary
----------

+--------------------------+--------------+
| Total On-Chip Power (W)  | 2.582        |
| Design Power Budget (W)  | Unspecified* |
| Power Budget Margin (W)  | NA           |
| Dynamic (W)              | 2.437        |
| Device Static (W)        | 0.145        |
| Effective TJA (C/W)      | 3.3          |
| Max Ambient (C)          | 76.4         |
| Junction Temperature (C) | 33.6         |
| Confidence Level         | Low          |
| Setting File             | ---          |
| Simulation Activity File | ---          |
| Design Nets Matched      | NA           |
+--------------------------+--------------+
* Specify Design Power Budget using, set_operating_conditions -design_power_budget <value in Watts>


1.1 On-Chip Components
----------------------

+--------------------------+-----------+----------+-----------+-----------------+
| On-Chip                  | Power (W) | Used     | Available | Utilization (%) |
+--------------------------+-----------+----------+-----------+-----------------+
| Clocks                   |     0.145 |        3 |       --- |             --- |
| Slice Logic              |     0.994 |   155240 |       --- |             --- |
|   LUT as Logic           |     0.673 |    66834 |    134600 |           49.65 |
|   LUT as Distributed RAM |     0.187 |    35328 |     46200 |           76.47 |
|   CARRY4                 |     0.109 |    13545 |     33650 |           40.25 |
|   F7/F8 Muxes            |     0.016 |    18696 |    134600 |           13.89 |
|   Register               |     0.008 |     9449 |    269200 |            3.51 |
|   LUT as Shift Register  |    <0.001 |       53 |     46200 |            0.11 |
|   Others                 |     0.000 |      166 |       --- |             --- |
| Signals                  |     0.782 |   115748 |       --- |             --- |
| DSPs                     |     0.455 |      570 |       740 |           77.03 |
| I/O                      |     0.062 |      159 |       285 |           55.79 |
| Static Power             |     0.145 |          |           |                 |
| Total                    |     2.582 |          |           |                 |
+--------------------------+-----------+----------+-----------+-----------------+


`,
  },
  "2025.2, Artix-7, routed": {
    source:
      "ArnavNevgi/pipelined-cordic-accelerator reports/post_route_power.rpt e4dfa688fe1b906838f217afc991af7c33c2abdf",
    text: `Copyright 1986-2022 Xilinx, Inc. All Rights Reserved. Copyright 2022-2025 Advanced Micro Devices, Inc. All Rights Reserved.
-------------------------------------------------------------------------------------------------------------------------------------------------
| Tool Version     : Vivado v.2025.2 (win64) Build 6299465 Fri Nov 14 19:35:11 GMT 2025
| Date             : Mon May 18 14:48:02 2026
| Host             : Nevgi running 64-bit major release  (build 9200)
| Command          : report_power -file C:/fpga_projects/pipelined-cordic-accelerator/reports/post_route_power.rpt
| Design           : cordic_top
| Device           : xc7a35tcpg236-1
| Design State     : routed
| Grade            : commercial
| Process          : typical
| Characterization : Production
-------------------------------------------------------------------------------------------------------------------------------------------------

Power Report

1. Summary
----------

+--------------------------+--------------+
| Total On-Chip Power (W)  | 0.100        |
| Design Power Budget (W)  | Unspecified* |
| Power Budget Margin (W)  | NA           |
| Dynamic (W)              | 0.030        |
| Device Static (W)        | 0.070        |
| Effective TJA (C/W)      | 5.0          |
| Max Ambient (C)          | 84.5         |
| Junction Temperature (C) | 25.5         |
| Confidence Level         | Low          |
| Setting File             | ---          |
| Simulation Activity File | ---          |
| Design Nets Matched      | NA           |
+--------------------------+--------------+
* Specify Design Power Budget using, set_operating_conditions -design_power_budget <value in Watts>


1.1 On-Chip Components
----------------------

+----------------+-----------+----------+-----------+-----------------+
| On-Chip        | Power (W) | Used     | Available | Utilization (%) |
+----------------+-----------+----------+-----------+-----------------+
| Clocks         |     0.003 |        3 |       --- |             --- |
| Slice Logic    |     0.007 |     2360 |       --- |             --- |
|   LUT as Logic |     0.006 |     1058 |     20800 |            5.09 |
|   CARRY4       |     0.001 |      177 |      8150 |            2.17 |
|   Register     |    <0.001 |      749 |     41600 |            1.80 |
|   Others       |     0.000 |        2 |       --- |             --- |
| Signals        |     0.006 |     1590 |       --- |             --- |
| I/O            |     0.013 |       54 |       106 |           50.94 |
| Static Power   |     0.070 |          |           |                 |
| Total          |     0.100 |          |           |                 |
+----------------+-----------+----------+-----------+-----------------+


`,
  },
  "2025.2, Artix-7, another": {
    source: "114-pri/Capstone reports/power.rpt ede3bfdbba293770f1710c34be7eea99ab3a5586",
    text: `Copyright 1986-2022 Xilinx, Inc. All Rights Reserved. Copyright 2022-2025 Advanced Micro Devices, Inc. All Rights Reserved.
---------------------------------------------------------------------------------------------------------------------------------------------------------------------------
| Tool Version     : Vivado v.2025.2 (win64) Build 6299465 Fri Nov 14 19:35:11 GMT 2025
| Date             : Fri Sep 18 23:37:57 2026
| Host             : 060830 running 64-bit major release  (build 9200)
| Command          : report_power -file C:/Users/PRITHWIN/Documents/Codex/2026-09-15/create-an-image-of-2/outputs/LFSR_BIST_ALU_Vivado/vivado_lp_project/power.rpt
| Design           : bist_top
| Device           : xc7a35tcpg236-1
| Design State     : routed
| Grade            : commercial
| Process          : typical
| Characterization : Production
---------------------------------------------------------------------------------------------------------------------------------------------------------------------------

Power Report

1. Summary
----------

+--------------------------+--------------+
| Total On-Chip Power (W)  | 0.141        |
| Design Power Budget (W)  | Unspecified* |
| Power Budget Margin (W)  | NA           |
| Dynamic (W)              | 0.070        |
| Device Static (W)        | 0.070        |
| Effective TJA (C/W)      | 5.0          |
| Max Ambient (C)          | 84.3         |
| Junction Temperature (C) | 25.7         |
| Confidence Level         | Low          |
| Setting File             | ---          |
| Simulation Activity File | ---          |
| Design Nets Matched      | NA           |
+--------------------------+--------------+


1.1 On-Chip Components
----------------------

+----------------+-----------+----------+-----------+-----------------+
| On-Chip        | Power (W) | Used     | Available | Utilization (%) |
+----------------+-----------+----------+-----------+-----------------+
| Clocks         |     0.003 |        3 |       --- |             --- |
| Slice Logic    |     0.013 |     1288 |       --- |             --- |
|   LUT as Logic |     0.013 |      873 |     20800 |            4.20 |
|   Register     |    <0.001 |      266 |     41600 |            0.64 |
|   CARRY4       |    <0.001 |       29 |      8150 |            0.36 |
|   Others       |     0.000 |        9 |       --- |             --- |
| Signals        |     0.024 |     1174 |       --- |             --- |
| I/O            |     0.031 |       91 |       106 |           85.85 |
| Static Power   |     0.070 |          |           |                 |
| Total          |     0.141 |          |           |                 |
+----------------+-----------+----------+-----------+-----------------+


`,
  },
} as const satisfies Record<string, PublicReport>;

/** Whole, but for the long texts of two details. */
export const drcReports = {
  "2018.3, two advisories": {
    source: "zikang888/FPGAPrj reports/drc.rpt 1b41bd1309512787a3048050522bc420fe078521",
    text: `Copyright 1986-2018 Xilinx, Inc. All Rights Reserved.
------------------------------------------------------------------------------------
| Tool Version : Vivado v.2018.3 (win64) Build 2405991 Thu Dec  6 23:38:27 MST 2018
| Date         : Thu Oct  1 22:47:35 2026
| Host         : LAPTOP-MK9F4NL5 running 64-bit major release  (build 9200)
| Command      : report_drc -file D:/Vivado/Project/Multi_protocol/reports/drc.rpt
| Design       : multi_protocol_bd_wrapper
| Device       : xc7z020clg484-2
| Speed File   : -2
| Design State : Fully Routed
------------------------------------------------------------------------------------

Report DRC

Table of Contents
-----------------
1. REPORT SUMMARY
2. REPORT DETAILS

1. REPORT SUMMARY
-----------------
            Netlist: netlist
          Floorplan: impl_1
      Design limits: <entire design considered>
           Ruledeck: default
             Max violations: <unlimited>
             Violations found: 2
+----------+----------+-------------+------------+
| Rule     | Severity | Description | Violations |
+----------+----------+-------------+------------+
| REQP-165 | Advisory | writefirst  | 1          |
| REQP-181 | Advisory | writefirst  | 1          |
+----------+----------+-------------+------------+

2. REPORT DETAILS
-----------------
REQP-165#1 Advisory
writefirst  
Synchronous clocking is detected for BRAM [...] in SDP mode with WRITE_FIRST write-mode. This is the preferred mode for best power characteristics, [...]
Related violations: <none>

REQP-181#1 Advisory
writefirst  
Synchronous clocking is detected for BRAM [...] in SDP mode with WRITE_FIRST write-mode. This is the preferred mode for best power characteristics, [...]
Related violations: <none>


`,
  },
  "2024.1, nothing found": {
    source: "Joseph-Tang1/FPGA26Summer reports/drc.rpt 2b429d3aad8145efe4cbbded5bf6598ca246d5ca",
    text: `Copyright 1986-2022 Xilinx, Inc. All Rights Reserved. Copyright 2022-2024 Advanced Micro Devices, Inc. All Rights Reserved.
---------------------------------------------------------------------------------------------------------------------------------------------
| Tool Version : Vivado v.2024.1 (win64) Build 5076996 Wed May 22 18:37:14 MDT 2024
| Date         : Sat Aug 29 12:05:07 2026
| Host         : LAPTOP-J02AFG1P running 64-bit major release  (build 9200)
| Command      : report_drc -file C:/Users/Lenovo/Desktop/ticket_price/reports/drc.rpt
| Design       : ticket_price_top
| Device       : xc7a75tfgg484-2
| Speed File   : -2
| Design State : Fully Routed
---------------------------------------------------------------------------------------------------------------------------------------------

Report DRC

Table of Contents
-----------------
1. REPORT SUMMARY
2. REPORT DETAILS

1. REPORT SUMMARY
-----------------
            Netlist: netlist
          Floorplan: impl_1
      Design limits: <entire design considered>
           Ruledeck: default
             Max violations: <unlimited>
             Violations found: 0
+------+----------+-------------+------------+
| Rule | Severity | Description | Violations |
+------+----------+-------------+------------+
+------+----------+-------------+------------+

2. REPORT DETAILS
-----------------

`,
  },
  "2026.1, which calls them checks": {
    source:
      "VanshAgarwal23/4-bit-binary-calculator-verilog reports/drc.rpt 9c9448086ddb6129a356d1ece4a9e9f005d8eb99",
    text: `Copyright 1986-2022 Xilinx, Inc. All Rights Reserved. Copyright 2022-2026 Advanced Micro Devices, Inc. All Rights Reserved.
---------------------------------------------------------------------------------------------------------------------------------------------
| Tool Version : Vivado v.2026.1 (win64) Build 6511674 Tue Jun 16 11:02:23 MDT 2026
| Date         : Wed Sep 23 18:39:36 2026
| Host         : HP_PAVILLION running 64-bit major release  (build 9200)
| Command      : report_drc -file reports/drc.rpt
| Design       : calculator
| Device       : xc7a35tcpg236-1
| Speed File   : -1
| Design State : Synthesized
---------------------------------------------------------------------------------------------------------------------------------------------

Report DRC

Table of Contents
-----------------
1. REPORT SUMMARY
2. REPORT DETAILS

1. REPORT SUMMARY
-----------------
            Netlist: netlist
          Floorplan: design_1
      Design limits: <entire design considered>
           Ruledeck: default
             Max checks: <unlimited>
             Checks found: 1
+----------+----------+-----------------------------------------------------+--------+
| Rule     | Severity | Description                                         | Checks |
+----------+----------+-----------------------------------------------------+--------+
| CFGBVS-1 | Warning  | Missing CFGBVS and CONFIG_VOLTAGE Design Properties | 1      |
+----------+----------+-----------------------------------------------------+--------+

2. REPORT DETAILS
-----------------
CFGBVS-1#1 Warning
Missing CFGBVS and CONFIG_VOLTAGE Design Properties  
Neither the CFGBVS nor CONFIG_VOLTAGE voltage property is set in the current_design. [...]

 set_property CFGBVS value1 [current_design]
 #where value1 is either VCCO or GND

 set_property CONFIG_VOLTAGE value2 [current_design]
 #where value2 is the voltage provided to configuration bank 0

Refer to the device configuration user guide for more information.
Related violations: <none>


`,
  },
} as const satisfies Record<string, PublicReport>;

/** A report of 114 violations, of which we have the head, the table and the first two. */
export const cutDrcReport: PublicReport = {
  source: "plogoz/lab_HW_SW_midterm reports/drc.rpt 8a914655802411a632525cec218a740206d5843a",
  text: `Copyright 1986-2022 Xilinx, Inc. All Rights Reserved.
------------------------------------------------------------------------------------
| Tool Version : Vivado v.2022.2 (lin64) Build 3671981 Fri Oct 14 04:59:54 MDT 2022
| Date         : Thu Apr  2 10:30:24 2026
| Host         : bb5f613ba90c running 64-bit Ubuntu 22.04.5 LTS
| Command      : report_drc -file ./reports/drc.rpt
| Design       : design_1_wrapper
| Device       : xc7z020clg400-1
| Speed File   : -1
| Design State : Fully Routed
------------------------------------------------------------------------------------

Report DRC

1. REPORT SUMMARY
-----------------
             Max violations: <unlimited>
             Violations found: 114
+-----------+----------+-------------------------+------------+
| Rule      | Severity | Description             | Violations |
+-----------+----------+-------------------------+------------+
| DPIP-1    | Warning  | Input pipelining        | 22         |
| DPOP-1    | Warning  | PREG Output pipelining  | 32         |
| DPOP-2    | Warning  | MREG Output pipelining  | 53         |
| PDCN-1569 | Warning  | LUT equation term check | 6          |
| RTSTAT-10 | Warning  | No routable loads       | 1          |
+-----------+----------+-------------------------+------------+

2. REPORT DETAILS
-----------------
DPIP-1#1 Warning
Input pipelining  
DSP design_1_i/Conv2D_HW_0/inst/empty_45_reg_668_reg input design_1_i/Conv2D_HW_0/inst/empty_45_reg_668_reg/B[17:0] is not pipelined. Pipelining DSP48 input will improve performance.
Related violations: <none>

DPIP-1#2 Warning
Input pipelining  
`,
};
