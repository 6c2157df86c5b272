/// @file
/// What changes between the layers of a network, exactly: branches of equilibria and their events
/// along the straight lines from the weights of each layer to those of the next
/// (`resdyn bifurcations --layers`).
///
/// The parameter is the depth: at n it is layer n, between n and n + 1 the weights on the straight
/// line. Each piece is a path of weights (bifurcation.hpp, with its method and what it can miss);
/// events and branches of all pieces stand in one diagram, a branch that goes on through a layer in
/// two pieces. Pieces between equal layers have no event: the branches are those of the layer.
/// Two-matrix blocks are refused: their hidden units have no identity across layers, so there is no
/// line between their matrices.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include <resdyn/bifurcation/bifurcation.hpp>
#include <resdyn/data/dataset.hpp>
#include <resdyn/model/residual_network.hpp>
#include <resdyn/studies/branches.hpp>

namespace resdyn {

/// Residuals of data by layer: what the diagram is about, held against where the network is.
struct LayerResiduals {
    std::vector<Matrix> y;       ///< L matrices N×B: y_n.
    Eigen::VectorXi labels;      ///< B.
    std::vector<Index> samples;  ///< which samples of the data's source.
};

struct LayerBranches {
    BranchStudy study;                        ///< in the depth: alpha = n + the way to layer n + 1.
    std::optional<LayerResiduals> residuals;  ///< with data.
};

/// `options.bifurcation.from` and `to` are 0 and L − 1 whatever they say; following branches again
/// is refused. `data`: may be null; `shown` of its samples. Throws std::invalid_argument for two
/// matrices, fewer than two layers, or an unbounded activation; ResourceError where interrupted.
LayerBranches study_layer_branches(const ResidualNetwork& network, const Dataset* data,
                                   const BranchStudyOptions& options = {}, Index shown = 24,
                                   std::uint64_t seed = 1);

}  // namespace resdyn
