/// @file
/// Everything the library can say of a trained network in one call: what `resdyn analyze` prints,
/// writes and draws.
///
/// \code{.cpp}
/// #include <iostream>
/// #include <variant>
///
/// #include <resdyn/studies/analysis.hpp>
/// #include <resdyn/studies/training.hpp>
///
/// int main() {
///     resdyn::TrainingStudyOptions training;
///     training.network.depth = 5;
///     training.network.step = 0.4;
///     training.train.epochs = 5;
///     const resdyn::Dataset rings = resdyn::builtin_dataset("rings", 300, 1);
///     const resdyn::TrainingStudy trained =
///         resdyn::study_training(resdyn::training_data(rings, {}, training.train), training);
///     const auto& network = std::get<resdyn::ResidualNetwork>(trained.result.network);
///     const resdyn::Analysis analysis = resdyn::analyze(network, &rings);
///     std::cout << "equilibria: " << analysis.atlas->counts.total << ", complete: "
///               << analysis.atlas->complete << '\n';
///     return analysis.evidence->balances() && !analysis.interaction.failed() ? 0 : 1;
/// }
/// \endcode
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <resdyn/data/contingency.hpp>
#include <resdyn/data/dataset.hpp>
#include <resdyn/equilibria/clocks.hpp>
#include <resdyn/equilibria/cones.hpp>
#include <resdyn/interaction/components.hpp>
#include <resdyn/interaction/effective.hpp>
#include <resdyn/interaction/frustration.hpp>
#include <resdyn/interaction/structure_check.hpp>
#include <resdyn/learning/record.hpp>
#include <resdyn/portrait/phase_portrait.hpp>
#include <resdyn/recurrence/recurrent_motion.hpp>
#include <resdyn/settling/settle.hpp>
#include <resdyn/studies/behaviour.hpp>
#include <resdyn/studies/cycles.hpp>
#include <resdyn/studies/layerwise.hpp>
#include <resdyn/studies/proofs.hpp>
#include <resdyn/transient/decision_map.hpp>
#include <resdyn/transient/discretisation.hpp>
#include <resdyn/transient/energy.hpp>
#include <resdyn/transient/evidence.hpp>
#include <resdyn/transient/flow_fidelity.hpp>
#include <resdyn/transient/orientation.hpp>

namespace resdyn {

struct AnalysisOptions {
    Index complete_up_to = 10;    ///< enumerate every pattern for N up to this; 0 … 12.
    Index recurrence_up_to = 3;   ///< search for recurrent motion for N up to this; 0 … 8.
    double cycle_seconds = 10.0;  ///< CycleSearchOptions::max_seconds of it; 0: no search.
    Index flow_samples = 64;      ///< data samples followed in the flow, >= 1.
    Index settle_samples = 500;   ///< data samples followed to rest, >= 1.
    Index portrait_samples = 12;  ///< data trajectories drawn in the portrait, >= 0.
    Index map_samples = 400;      ///< data samples shown over a plane of two inputs, >= 1.
    Index leading = 6;            ///< eigenvalues of W reported for large N, >= 1.
    SettleOptions settle;
    StructureOptions structure;
    CheckOptions checks;
    BehaviourOptions behaviour;  ///< its threads are those below.
    ProofOptions proofs;         ///< likewise.
    FrustrationOptions frustration;
    LayerwiseOptions layerwise;  ///< its seed, threads and frustration are those here.
    std::uint64_t seed = 1;      ///< of the draws of data samples, each class with its share.
    int threads = 0;
};

/// What the residual system is. Of weights that differ by layer all from `rank` on is left empty:
/// each layer has a system of its own (LayerwiseAnalysis).
struct SystemReport {
    Activation activation = Activation::Logistic;
    double step = 1.0;
    Index depth = 1;
    Index width = 0;         ///< N, units of x.
    Index hidden_width = 0;  ///< residuals.
    Levels range{0.0, 1.0};
    RankReport rank;  ///< of the residual matrix.
    double frobenius_norm = 0.0;
    LeadingSpectrum leading_eigenvalues;  ///< of W, by largest real part, each with its residual.
    double spectral_radius = -1.0;        ///< max |λ| of W; −1 if the solver did not converge.
    double spectral_radius_residual = -1.0;  ///< ‖Wv − λv‖₂ of that λ, ‖v‖₂ = 1.
    /// Largest |ℓᵀ(u_L − u_0)| over the left null vectors and the samples, in the network; −1 if
    /// W has full rank or there are no data.
    double invariant_drift = -1.0;
};

/// Cooperation and competition of one network: `resdyn interactions`, and a part of `analyze`.
struct InteractionAnalysis {
    InteractionReport pairs;
    Components components;
    Frustration frustration;
    StructureReport structure;
    std::vector<StructureCheck> checks;
    std::optional<EffectiveInteraction> effective;  ///< by layer, means over the data.
    std::optional<EnergyBudget> energy;             ///< by layer, means over the data.
    Vector energy_weights;  ///< p of `energy`: of the conservative or dissipative verdict, else 1.

    /// A law that the theory claims was broken, or the energy budget does not balance.
    bool failed() const;
};

/// x0: N×B activities, the starts of the effective interaction and of the energy budget; B may be
/// 0, they are then left out. Weights must be shared.
InteractionAnalysis analyze_interaction(const ResidualNetwork& network, const Matrix& x0,
                                        const AnalysisOptions& options = {});

/// How the equilibria were found.
enum class EquilibriaSource {
    Complete,      ///< every pattern enumerated and decided exactly.
    Cones,         ///< unbounded activation: every support decided exactly (cones.hpp).
    FromData,      ///< resting places of the data's residuals; others may exist.
    NotAvailable,  ///< N too large, and unbounded activation or no data.
};
std::string_view to_string(EquilibriaSource method);

/// Of weights that differ by layer, `layerwise` stands for what belongs to one residual system:
/// interaction, equilibria, resting places, portrait and proofs are then absent.
struct Analysis {
    SystemReport system;
    InteractionAnalysis interaction;
    std::optional<LayerwiseAnalysis> layerwise;  ///< weights that differ by layer.
    EquilibriaSource equilibria_method = EquilibriaSource::NotAvailable;
    std::optional<Atlas> atlas;                          ///< for small N, bounded f.
    std::vector<TwoClocks> clocks;                       ///< of the equilibria it lists.
    std::optional<ConeReport> cones;                     ///< for small N, unbounded f.
    std::optional<RecurrentMotion> recurrence;           ///< for N = 2 to recurrence_up_to.
    std::optional<CycleStudy> cycles;                    ///< bounded f, N <= 8.
    std::optional<SettleResult> settled;                 ///< of the data's residuals.
    std::vector<Index> settled_samples;                  ///< which samples of the data's source;
    Eigen::VectorXi settled_labels;                      ///< their classes.
    std::vector<GroupClasses> group_classes;             ///< parallel to settled->groups.
    std::optional<DiscretisationReport> discretisation;  ///< needs data.
    std::optional<FlowFidelity> fidelity;                ///< the verdict on it.
    std::vector<Index> flow_samples;                     ///< which samples it followed.
    std::optional<Orientation> orientation;              ///< needs data, and min(N, M) <= 16.
    std::optional<EvidenceLedger> evidence;              ///< needs data and a read-out.
    std::optional<DecisionMap> decision_map;             ///< data of width 2, and a read-out.
    std::optional<Behaviour> behaviour;                  ///< needs data.
    std::optional<NetworkProofs> proofs;                 ///< bounded f, and time for them.
    std::optional<PhasePortrait> portrait;               ///< bounded f; N = 2, or data.
    std::vector<EpochRecord>
        record;  ///< of the training, by epoch; empty unless the caller adds it.
    std::vector<std::string> notes;  ///< what was not done and why, in whole sentences.
};

/// Analyzes a network on `data` (draws of its samples; may be null).
/// Throws std::invalid_argument if the data do not fit the network.
Analysis analyze(const ResidualNetwork& network, const Dataset* data,
                 const AnalysisOptions& options = {});

}  // namespace resdyn
