/// @file
/// A one-parameter family of residual systems, W(α) = W0 + αW1, held exactly: both matrices are
/// integers times one power of two, over a common denominator where weights are read as decimals
/// (whole_weights.hpp), so that along the path every face equilibrium is a rational function of α
/// with known integer coefficients.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <resdyn/equilibria/whole_weights.hpp>
#include <resdyn/model/residual_system.hpp>

namespace resdyn {

/// Whole after construction by one of the functions below.
struct ParameterPath {
    /// W0 and W1 as integers (the source: src/bifurcation/path_numbers.hpp).
    struct Numbers;

    std::string name;  ///< "self-coupling", "symmetry", "between", "coupling 0 1".
    Activation activation = Activation::Logistic;
    double step = 1.0;  ///< h of the layer map, > 0.
    std::shared_ptr<const Numbers> numbers = {};

    Index dimension() const;
    /// W(α), each entry rounded once.
    Matrix W(double alpha) const;
    /// W1, each entry rounded once.
    Matrix rate() const;
    /// The system at a stored α, W(α) rounded once an entry.
    ResidualSystem system_at(double alpha) const;
};

/// W(α) = W − αI, of the stored weights or of these as they were read. All of these throw
/// std::invalid_argument for an unbounded activation or a path that does not move.
ParameterPath self_coupling_path(const ResidualSystem& system);
ParameterPath self_coupling_path(const WholeSystem& whole);
/// W(α) = (1 − α) (W − Wᵀ)/2 + α (W + Wᵀ)/2: antisymmetric at 0, symmetric at 1, W/2 at ½ (a factor
/// on W only rescales time).
ParameterPath symmetry_path(const ResidualSystem& system);
ParameterPath symmetry_path(const WholeSystem& whole);
/// W(α) = (1 − α) A + αB. Sizes, activations and steps must agree.
ParameterPath path_between(const ResidualSystem& a, const ResidualSystem& b);
ParameterPath path_between(const WholeSystem& a, const WholeSystem& b);
/// W with w_ij = α; 0 ≤ i, j < N.
ParameterPath coupling_path(const ResidualSystem& system, Index i, Index j);
ParameterPath coupling_path(const WholeSystem& whole, Index i, Index j);

}  // namespace resdyn
