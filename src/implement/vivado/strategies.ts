/** Directives of the steps of a run; those not named are the tool's default. */
export interface Strategy {
  readonly title: string;
  readonly synth?: string;
  readonly opt?: string;
  readonly place?: string;
  /** `null`: there is no such step. */
  readonly physOpt?: string | null;
  readonly route?: string;
}

/**
 * Sets of directives, by UG904's tables of what its implementation strategies are made of for 7 series and UltraScale
 * (pages of 2021.2 and 2023.2; its names in the titles) and, for synthesis, UG835's list for `synth_design`.
 */
export const strategies = {
  default: { title: "Vivado's defaults" },
  explore: {
    title: "Performance_Explore: several algorithms in every step",
    ...{ opt: "Explore", place: "Explore", physOpt: "Explore", route: "Explore" },
  },
  timing: {
    title: "Performance_ExtraTimingOpt, and synthesis for speed",
    ...{ synth: "PerformanceOptimized", place: "ExtraTimingOpt" },
    ...{ physOpt: "Explore", route: "NoTimingRelaxation" },
  },
  "net-delay": {
    title: "Performance_NetDelay_high: nets are taken to be slower, for long ones and high fan-out",
    ...{ place: "ExtraNetDelay_high", physOpt: "AggressiveExplore", route: "NoTimingRelaxation" },
  },
  retiming: {
    title: "Performance_Retiming: registers are moved after placement",
    ...{ place: "ExtraPostPlacementOpt", physOpt: "AlternateFlowWithRetiming", route: "Explore" },
  },
  congestion: {
    title: "Congestion_SpreadLogic_high, and synthesis for routability",
    ...{ synth: "AlternateRoutability", place: "AltSpreadLogic_high" },
    ...{ physOpt: "AggressiveExplore", route: "AlternateCLBRouting" },
  },
  area: {
    title: "Area_Explore, and synthesis for area",
    ...{ synth: "AreaOptimized_high", opt: "ExploreArea" },
  },
  quick: {
    title: "Flow_RuntimeOptimized: as soon as possible",
    ...{ synth: "RuntimeOptimized", opt: "RuntimeOptimized", place: "RuntimeOptimized" },
    ...{ physOpt: null, route: "RuntimeOptimized" },
  },
} as const satisfies Record<string, Strategy>;

export type StrategyName = keyof typeof strategies;

export const strategyNames = Object.keys(strategies) as readonly StrategyName[];
