/// @file
/// What the activations do to whole arrays, in float and double: one overload a row, so that a row
/// without one does not compile.
#pragma once

#include <cmath>

#include <resdyn/model/activation.hpp>

namespace resdyn::activations {

/// u ← f(u).
template <class Array>
void activate_array(Logistic, Array& u) {
    u = u.logistic();
}
template <class Array>
void activate_array(Tanh, Array& u) {
    u = u.tanh();
}
template <class Array>
void activate_array(Softplus, Array& u) {
    u = u.max(typename Array::Scalar(0)) + (-u.abs()).exp().log1p();
}
template <class Array>
void activate_array(ReLU, Array& u) {
    u = u.max(typename Array::Scalar(0));
}

/// u ← f'(u). From u: 1 − y would cancel where y is near a level.
template <class Array>
void slope_array(Logistic, Array& u) {
    u = (-u.abs()).exp();
    u = u / (typename Array::Scalar(1) + u).square();
}
template <class Array>
void slope_array(Tanh, Array& u) {
    using Scalar = typename Array::Scalar;
    u = (Scalar(-2) * u.abs()).exp();
    u = Scalar(4) * u / (Scalar(1) + u).square();
}
template <class Array>
void slope_array(Softplus, Array& u) {
    u = u.logistic();
}
template <class Array>
void slope_array(ReLU, Array& u) {
    using Scalar = typename Array::Scalar;
    u = (u > Scalar(0)).template cast<Scalar>();
}

/// y ← f'(u) · (h g), with f'(u) taken from y = f(u).
template <class Array, class Gradient>
void delta_array(Logistic, typename Array::Scalar step, const Gradient& g, Array& y) {
    y = y * (typename Array::Scalar(1) - y) * (step * g.array());
}
template <class Array, class Gradient>
void delta_array(Tanh, typename Array::Scalar step, const Gradient& g, Array& y) {
    y = (typename Array::Scalar(1) - y.square()) * (step * g.array());
}
template <class Array, class Gradient>
void delta_array(Softplus, typename Array::Scalar step, const Gradient& g, Array& y) {
    // f' = 1 − e^{−y}, without cancellation for small y.
    y = -(-y).expm1() * (step * g.array());
}
template <class Array, class Gradient>
void delta_array(ReLU, typename Array::Scalar step, const Gradient& g, Array& y) {
    using Scalar = typename Array::Scalar;
    y = (y > Scalar(0)).select(step * g.array(), Scalar(0));
}

/// What rounding may add to a slope taken from y.
inline constexpr double slope_rounding = 1e-15;

/// slope ← a bound of f' over [u − r, u + r], with y = f(u), in double. Where f is bounded
/// |f''| <= a f', a = 1 or 2, so that f'(v) <= e^{a|v − u|} f'(u); and f'(u) is y(1 − y) or 1 − y²,
/// no further exponential, to an absolute rounding that is added.
template <class U, class Y, class Array>
void largest_slopes(Logistic, const U& /*u*/, const Y& y, double r, Array& slope) {
    slope = (std::exp(r) * (y * (1.0 - y) + slope_rounding)).min(Logistic::max_slope);
}
template <class U, class Y, class Array>
void largest_slopes(Tanh, const U& /*u*/, const Y& y, double r, Array& slope) {
    slope = (std::exp(2.0 * r) * (1.0 - y.square() + slope_rounding)).min(Tanh::max_slope);
}
template <class U, class Y, class Array>
void largest_slopes(Softplus, const U& u, const Y& /*y*/, double r, Array& slope) {
    slope = (u + r).logistic();
}
template <class U, class Y, class Array>
void largest_slopes(ReLU, const U& u, const Y& /*y*/, double r, Array& slope) {
    slope = (u + r > 0.0).template cast<double>();
}

}  // namespace resdyn::activations
