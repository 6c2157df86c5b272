/// @file
/// The decision beyond the last layer: the block of a trained network is repeated on and on, and
/// the read-out is asked again at depths that grow geometrically (doc/theory.md §6.5, §9.2).
///
/// A network that classifies by attractors keeps its accuracy, since its residuals have come to
/// rest where they tell the classes apart; one that classifies by transients loses it, since what
/// the residuals share in the end outweighs what told the inputs apart on the way
/// (F. Lagzi, arXiv:2101.03009, whose claim this measures).
///
/// Method: with one block for all layers the pre-activations obey u ← u + h (BA) f(u) on their own,
/// and the logits after n layers are V x_0 + c + h VA Σ f(u_k), k < n; the sum is carried along.
/// In double arithmetic, tile by tile, so that the bytes do not depend on the number of threads.
/// What it can miss: between two depths looked at a class may change and come back. Nothing is
/// proved: `rounding_bound` says how large a lead must be to be more than rounding of the sum, and
/// where neighbouring trajectories part exponentially no such bound holds for long.
#pragma once

#include <vector>

#include <resdyn/core/proportion.hpp>
#include <resdyn/core/quantile.hpp>
#include <resdyn/model/residual_network.hpp>

namespace resdyn {

struct LongRunOptions {
    Index layers = 100000;  ///< the deepest depth looked at, >= the network's own depth.
    Index per_decade = 10;  ///< depths a factor of ten, 1 … 1000.
    int threads = 0;        ///< 0: all processors. The result does not depend on it.
};

/// One input beyond the last layer.
struct DecisionLife {
    Index decided = 0;  ///< class read out at the network's own depth L.
    Index last = 0;     ///< class read out at the deepest depth.
    /// The deepest depth looked at up to which the class stayed `decided`, and the next one, at
    /// which it was another; `changed_by` is 0 where it never changed.
    Index kept_to = 0;
    Index changed_by = 0;
};

/// What became of all inputs, depth by depth. The size of a residual is max_i (y_i − a), a the
/// lower level of f: for logistic f the distance from the origin.
struct LongRun {
    std::vector<Index> depth;          ///< 0, then 1 … `layers` geometrically; holds L.
    std::vector<Proportion> accuracy;  ///< of the read-out at each depth; empty without labels.
    std::vector<Proportion> kept;      ///< inputs whose class there is the one read out at L.
    std::vector<Spread> size;          ///< of the residuals over the inputs, at each depth.
    std::vector<DecisionLife> inputs;  ///< one an input.
    /// Inputs whose lead at the deepest depth is within the rounding of the sums.
    Index within_rounding = 0;
    double rounding_bound = 0.0;  ///< what rounding of the sums may add to a logit, the largest.
};

/// x0: N×B activities; labels: B classes, or empty. The weights must be shared, f bounded, and the
/// network needs a read-out: throws std::invalid_argument otherwise. Work: layers · (M² + CM) · B
/// products.
LongRun long_run(const ResidualNetwork& network, const Matrix& x0, const Eigen::VectorXi& labels,
                 const LongRunOptions& options = {});

}  // namespace resdyn
