/// @file
/// The motion on one face as a function of one parameter λ: A(λ) f(u) + r(λ), both affine in λ.
/// Three families are of this form: what the flow does along a path of weights, what a layer adds
/// there, and what a layer adds along its step.
#pragma once

#include <vector>

#include <resdyn/bifurcation/parameter_path.hpp>
#include <resdyn/equilibria/pattern.hpp>

namespace resdyn {

struct FaceFamily {
    Pattern pattern;
    Activation activation = Activation::Logistic;
    std::vector<Index> free;
    Vector levels;      ///< y with 0 on free units, N.
    Matrix block;       ///< A at λ = 0, |F|×|F|.
    Vector load;        ///< r there.
    Matrix block_rate;  ///< A', by λ.
    Vector load_rate;   ///< r'.
    /// g'(level_i) times row i of the weights of every saturated unit i, |S|×N: λ_i = across · y.
    Matrix across;
    Matrix across_rate;

    Index units() const { return load.size(); }
    Vector value(const Vector& u, double lambda) const;
    Matrix jacobian(const Vector& u, double lambda) const;
    /// The derivative of the value by λ.
    Vector by_parameter(const Vector& u) const;
    /// The residual y of the whole system, N.
    Vector residual(const Vector& u) const;
    /// Saturated units that leave their level beside a motion of mean residual `mean` (N): how many
    /// λ_i are above 0 by more than rounding.
    Index leaving(const Vector& mean, double lambda) const;
    /// The equilibrium's residual (N): where the value is 0. Not finite where A is singular.
    Vector equilibrium(double lambda) const;
};

/// u_F' along the path, λ = α. `face` has a free unit (as in all of these).
FaceFamily flow_family(const ParameterPath& path, const Pattern& face);
/// u_{n+1} − u_n of a layer of the path's step, λ = α.
FaceFamily layer_family(const ParameterPath& path, const Pattern& face);
/// u_{n+1} − u_n of a layer of the system, λ = h.
FaceFamily step_family(const ResidualSystem& system, const Pattern& face);

}  // namespace resdyn
