/// @file
/// What a unit of a residual block looks at, what it writes, and what that does to each class.
///
/// Unit i of the block y = f(Bx + b), x ← x + h A y has a *receptive field*, row i of B (through an
/// input layer: of BU): the pattern of the input that drives it; a *projective field*, column i of
/// A: the pattern that it adds to the activity while it is on; and an *effect*, column i of VA:
/// what one unit of its residual adds to each class's logit, per unit of h. For blocks of one
/// matrix B is W and A the identity. The words are those of visual neuroscience (S. R. Lehky, T. J.
/// Sejnowski, Nature 333, 1988, 452–454).
///
/// What they can miss: a field says what moves the unit's pre-activation at the start; from the
/// second layer on the units drive each other through BA.
#pragma once

#include <vector>

#include <resdyn/model/residual_network.hpp>
#include <resdyn/transient/decision.hpp>

namespace resdyn {

struct UnitFields {
    Matrix receptive;   ///< M×D: row i is unit i's, in the shape of the data.
    Matrix projective;  ///< N×M: column i is unit i's, in the shape of the activity.
    Matrix effect;      ///< C×M; empty without a read-out.
    Matrix evidence;    ///< M×L: what the unit adds to the true class's lead in layer n (mean over
                        ///< samples, decision.hpp); empty where it was not computed.
    std::vector<Index> order;  ///< units by |Σ_n evidence|, or by ‖receptive‖·‖projective‖ without.
};

/// Of the network's first block (the only one where weights are shared). `evidence` may be null.
/// Throws std::invalid_argument if it is of another network's size.
UnitFields unit_fields(const ResidualNetwork& network, const LayerEvidence* evidence);

/// Mean residual of each class, layer by layer: of L matrices M×C, column c the mean of y_n over
/// the samples of class c (NaN where there are none).
struct ClassResiduals {
    std::vector<Matrix> mean;       ///< L matrices M×C.
    std::vector<Matrix> deviation;  ///< L matrices M×C: standard deviation over the samples.
    std::vector<Index> samples;     ///< C.
};

/// x0: N×B; labels: B classes in 0 … classes − 1. Throws std::invalid_argument otherwise.
ClassResiduals class_residuals(const ResidualNetwork& network, const Matrix& x0,
                               const Eigen::VectorXi& labels, Index classes);

}  // namespace resdyn
