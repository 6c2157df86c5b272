/// @file
/// What is particular to a network whose weights differ by layer: every layer frozen, what changes
/// from one to the next, and what the layers do one after another (part of `analyze`).
///
/// Parts: model/frozen_layer.hpp, interaction/sign_changes.hpp, interaction/frustration.hpp,
/// studies/layer_history.hpp, transient/step_split.hpp, noise/finite_time.hpp, each with its
/// method, what it can miss and its reference. Pairs, camps and patterns are followed from layer to
/// layer for one matrix a layer only: hidden units of two-matrix blocks have no identity across
/// layers.
#pragma once

#include <array>
#include <optional>
#include <vector>

#include <resdyn/data/dataset.hpp>
#include <resdyn/interaction/frustration.hpp>
#include <resdyn/interaction/sign_changes.hpp>
#include <resdyn/interaction/sign_graph.hpp>
#include <resdyn/model/residual_network.hpp>
#include <resdyn/noise/finite_time.hpp>
#include <resdyn/settling/settle.hpp>
#include <resdyn/studies/layer_history.hpp>
#include <resdyn/transient/step_split.hpp>

namespace resdyn {

struct LayerwiseOptions {
    Index leading = 6;                 ///< eigenvalues of each layer's W by real part, >= 1.
    Index settle_samples = 40;         ///< inputs followed to rest in each frozen layer, >= 1.
    Index settle_layers = 500;         ///< layers each of them may take there, >= 1.
    Index exponent_samples = 32;       ///< trajectories of the finite-time exponents, >= 1 …
    Index exponent_samples_large = 4;  ///< … and beyond large_dimension units.
    Index large_dimension = 200;
    Index complete_up_to =
        8;  ///< residuals up to which each layer's equilibria are enumerated; 0 … 12.
    FrustrationOptions frustration;
    std::uint64_t seed = 1;  ///< of the draws of samples.
    int threads = 0;
};

/// Where inputs come to rest if the network stays in one layer from there on.
struct FrozenRest {
    Index inputs = 0;
    Index settled = 0;  ///< at attracting equilibria;
    Index places = 0;   ///< so many of them.
    Index on_continuum = 0;
    Index slow = 0;
    Index unsettled = 0;
    Index not_finite = 0;
};

/// The residual system of one layer.
struct FrozenLayer {
    Index layer = 0;
    double frobenius_norm = 0.0;
    double largest_singular_value = 0.0;
    double singular_residual = 0.0;  ///< ‖Wᵀu − σv‖₂ of it.
    LeadingSpectrum leading;         ///< eigenvalues of W by real part, each with its residual.
    double spectral_radius = -1.0;   ///< max |λ| of W; −1 if the solver did not converge.
    std::array<PairTally, 6> pairs;  ///< in the order of `pair_types`.
    SelfTally self;
    Frustration frustration;
    std::optional<FrozenRest> rest;  ///< bounded f and data.
};

/// From layer `layer` to the next; one matrix a layer.
struct LayerChange {
    Index layer = 0;
    SignChanges signs;
    double camp_overlap = 1.0;  ///< of the camps found by weight, sign_changes.hpp.
};

struct LayerwiseAnalysis {
    bool two_matrices = false;                     ///< a layer.
    std::vector<FrozenLayer> layers;               ///< L.
    std::vector<LayerChange> changes;              ///< L − 1; empty for two matrices.
    std::optional<LayerHistory> history;           ///< few residuals, bounded f.
    std::optional<StepSplit> split;                ///< needs data.
    std::optional<FiniteTimeExponents> exponents;  ///< needs data.
    std::vector<Index> exponent_samples;           ///< which samples of the data's source.
};

/// `data`: may be null. `network` must be whole, and the data must fit it.
LayerwiseAnalysis analyze_layers(const ResidualNetwork& network, const Dataset* data,
                                 const LayerwiseOptions& options = {});

}  // namespace resdyn
