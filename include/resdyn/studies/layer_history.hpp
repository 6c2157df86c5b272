/// @file
/// The equilibria of every layer of a network, frozen, and how their patterns persist from one
/// layer to the next (`resdyn equilibria --layers`).
///
/// Parts: bifurcation/pattern_history.hpp, with its method and what it can miss. Patterns of
/// two-matrix blocks are not followed: their hidden units have no identity across layers.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <resdyn/bifurcation/pattern_history.hpp>
#include <resdyn/model/residual_network.hpp>

namespace resdyn {

/// Patterns of layer `layer` and of the next.
struct PatternPersistence {
    Index layer = 0;
    Index kept = 0;         ///< in both;
    Index lost = 0;         ///< in this one only;
    Index born = 0;         ///< in the next one only.
    Index stable_kept = 0;  ///< stable in both;
    Index stable_lost = 0;  ///< stable here, not there (unstable, or absent);
    Index stable_born = 0;  ///< the other way round.
};

struct LayerHistory {
    PatternHistory history;                      ///< its epochs are layers.
    std::vector<PatternPersistence> neighbours;  ///< L − 1; empty for two matrices.
    Index everywhere = 0;         ///< patterns that hold an equilibrium in every layer;
    Index stable_everywhere = 0;  ///< a stable one in every layer. Both 0 for two matrices.
    bool two_matrices = false;
    Activation activation = Activation::Logistic;
    double step = 1.0;
    Index dimension = 0;
};

/// `options.name` is "layer" whatever it says. Bounded activations: throws std::invalid_argument.
LayerHistory study_layer_history(const ResidualNetwork& network,
                                 const PatternHistoryOptions& options = {});

}  // namespace resdyn
