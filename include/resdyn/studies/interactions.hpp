/// @file
/// Cooperation and competition in one network: who helps whom, what the structure of W decides,
/// and, where there are data, the effective interaction and the energy budget by layer
/// (`resdyn interactions`).
///
/// Parts: interaction/sign_graph.hpp, frustration.hpp, structure.hpp, structure_check.hpp,
/// transient/energy.hpp, each with its method, what it can miss and its reference.
///
/// \code{.cpp}
/// #include <iostream>
///
/// #include <resdyn/studies/interactions.hpp>
///
/// int main() {
///     resdyn::ResidualBlock block;
///     block.W = resdyn::Matrix{{1.0, -2.0}, {-2.0, 1.0}};
///     block.b = resdyn::Vector::Zero(2);
///     resdyn::ResidualNetwork network;
///     network.step = 0.5;
///     network.blocks = {block};
///     const resdyn::InteractionStudy study = resdyn::study_interactions(network);
///     for (const resdyn::StructureVerdict& verdict : study.interaction.structure.verdicts) {
///         std::cout << verdict.name << ": " << to_string(verdict.status) << '\n';
///     }
///     return study.interaction.structure[resdyn::Structure::GradientLike].holds() &&
///                    !study.interaction.failed()
///                ? 0
///                : 1;
/// }
/// \endcode
#pragma once

#include <cstdint>

#include <resdyn/data/dataset.hpp>
#include <resdyn/studies/analysis.hpp>

namespace resdyn {

struct InteractionStudyOptions {
    StructureOptions structure = {};
    CheckOptions checks = {};  ///< seed and threads are taken from here below; so are …
    FrustrationOptions frustration = {};  ///< … these.
    std::uint64_t seed = 1;               ///< of sampled trajectories and of searches.
    int threads = 0;
};

struct InteractionStudy {
    InteractionAnalysis interaction;
    Activation activation = Activation::Logistic;
    double step = 1.0;     ///< h.
    Matrix W;              ///< of the residuals, M×M.
    Index image_rows = 0;  ///< of image-shaped data, else 0.
    Index image_cols = 0;
};

/// `data`: null for none. Weights must be shared. Throws std::invalid_argument naming the option
/// out of range, or data of another width than the network's.
InteractionStudy study_interactions(const ResidualNetwork& network, const Dataset* data = nullptr,
                                    const InteractionStudyOptions& options = {});

}  // namespace resdyn
