/// @file
/// The figures of the result structs: what is drawn of each, under which id. All numbers come from
/// the struct; nothing is computed here beyond medians and bands.
#pragma once

#include <vector>

#include <resdyn/learning/record.hpp>
#include <resdyn/portrait/boundary_sharpness.hpp>
#include <resdyn/portrait/cube.hpp>
#include <resdyn/portrait/line.hpp>
#include <resdyn/recurrence/recurrent_motion.hpp>
#include <resdyn/studies/analysis.hpp>
#include <resdyn/studies/interactions.hpp>
#include <resdyn/studies/portrait.hpp>

#include "figure.hpp"

namespace resdyn::figures {

/// Width of a figure on a journal's page: one column (85 mm) or two (170 mm).
enum class Columns { One, Two };

/// "portrait": direction field coloured by speed, nullclines, equilibria by type, eigenvectors,
/// separatrices and rays, the data's trajectories by class, and the network's layers as dots over
/// the curve of the flow.
Figure portrait_figure(const PhasePortrait& portrait, Columns columns = Columns::Two);
/// "cube": three units in space.
Figure cube_figure(const CubePortrait& cube, Columns columns = Columns::Two);
/// "portrait": the line of one unit, its velocity above it, and which way it runs.
Figure line_figure(const PhaseLine& line, Columns columns = Columns::Two);
/// Those of the above that the study has.
std::vector<Figure> figures_of(const PortraitStudy& study, Columns columns = Columns::Two);

/// "basins": the plane coloured by attractor, the largest ones by name, and what came to none.
Figure basin_figure(const BasinMap& map, Columns columns = Columns::Two);
/// "uncertainty": share of pairs with different ends against their distance, and the fit.
Figure sharpness_figure(const BoundarySharpness& sharpness, Columns columns = Columns::Two);

/// One trajectory in the residuals, from the flow, from the layers, or both from one start.
struct TrajectoryView {
    Levels range{0.0, 1.0};
    std::vector<double> t;        ///< times of the flow; may be empty.
    Matrix y;                     ///< N×times.
    std::vector<double> layer_t;  ///< times n h of the layers; may be empty.
    Matrix layer_y;               ///< N×layers.
};
/// "trajectory": y_i(t), of N > 12 units the twelve that move most; for N = 2 also
/// "trajectory-plane".
std::vector<Figure> trajectory_figures(const TrajectoryView& view);
/// The same of several runs: "trajectory-K" of run K, from 0, for the first eight; for N = 2 all of
/// them in one "trajectory-plane". Of one run as above.
std::vector<Figure> trajectory_figures(const std::vector<TrajectoryView>& views);

/// "singular-values": of the residual matrix, with the tolerance of its rank.
Figure singular_value_figure(const RankReport& rank);
/// "pairs": number and strength of the pair types.
Figure pair_figure(const InteractionReport& interaction);
/// "weights": the residual matrix (N×N) as a map of signed strengths.
Figure weight_figure(const Matrix& W);

/// "camps" and "net-help": the best camps found and the net help that each unit receives and gives,
/// in the shape of the input; image_rows × image_cols must be N.
Figure camp_figure(const InteractionAnalysis& interaction, Index image_rows, Index image_cols);
Figure net_help_figure(const InteractionReport& report, Index image_rows, Index image_cols);
/// "effective-interaction": strength by pair type, help and harm, by layer.
Figure effective_figure(const EffectiveInteraction& effective);
/// "energy": symmetric work, Euler's injection and its bound by layer, and the energy reached.
Figure energy_figure(const EnergyBudget& energy);
/// All of the above that there are numbers for, in the order of the report.
std::vector<Figure> interaction_figures(const InteractionAnalysis& interaction, const Matrix& W,
                                        Index image_rows, Index image_cols);
std::vector<Figure> figures_of(const InteractionStudy& study);

/// "distance": ‖x_n − x(t_n)‖ by layer, median and band from the 10 % to the 90 % quantile.
Figure distance_figure(const DiscretisationReport& report);
/// "convergence": the last distance against the step, with a guide of slope 1.
Figure convergence_figure(const DiscretisationReport& report);

/// "accuracy": of the read-out after each layer ± standard error, beside the partial read-outs.
Figure accuracy_figure(const EvidenceLedger& ledger);
/// "decision-map": the class read out over the inputs, with the samples; "ways": x_0 … x_L of
/// samples, over the regions of the read-out where x has two units.
std::vector<Figure> decision_map_figures(const DecisionMap& map, Columns columns = Columns::Two);
/// "evidence": what each layer adds to the true class's lead, and the lead reached.
Figure evidence_figure(const EvidenceLedger& ledger);

/// "flow-eigenvalues" and "multipliers" in the complex plane, by equilibrium where there are few,
/// else by type; of more than `spectrum_points` values the first equilibria are drawn.
inline constexpr Index spectrum_points = 4000;
/// `where`: how the captions name what they are the spectra of; empty: how many equilibria.
std::vector<Figure> spectrum_figures(const std::vector<Equilibrium>& equilibria,
                                     const std::string& where = {});

/// Leading values along a trajectory, a list over the times for each rank.
struct SpectrumPath {
    std::vector<double> t;
    std::vector<std::vector<double>> real_part;  ///< of the flow's eigenvalues.
    std::vector<std::vector<double>> modulus;    ///< of the layer map's multipliers.
};
/// "spectrum-path": both clocks over time, above each other.
Figure spectrum_path_figure(const SpectrumPath& path);

/// "groups": share of the inputs that settled at each of the largest groups ± standard error,
/// stacked by class, and the inputs that did not settle by cause. labels: of the inputs followed,
/// in 0 … class_count − 1.
Figure group_figure(const SettleResult& settled, const std::vector<GroupClasses>& classes,
                    const Eigen::VectorXi& labels, Index class_count);
/// "resting-states": steady residuals of the largest groups, drawn in the shape of the input where
/// image_rows × image_cols = N, else a row a group.
Figure resting_figure(const SettleResult& settled, Levels range, Index image_rows,
                      Index image_cols);

/// "connections": equilibria and unstable directions in the cube seen from the side, heteroclinic
/// cycles and closed orbits in it, for N ≤ 6; "closed-orbits": their residuals over a period.
std::vector<Figure> recurrence_figures(const RecurrentMotion& motion);

/// "training": the record of a run by epoch, a panel a quantity that it has.
Figure training_figure(const std::vector<EpochRecord>& record);

/// Every figure that the analysis has numbers for, in the order of the report. W: the residual
/// matrix, drawn for N ≤ 64; empty where weights differ by layer. data: what was analyzed; may be
/// null.
std::vector<Figure> analysis_figures(const Analysis& analysis, const Matrix& W,
                                     const Dataset* data);

}  // namespace resdyn::figures
