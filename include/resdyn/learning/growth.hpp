/// @file
/// Multilevel training: the layers double while a network is trained, and the step h is halved, so
/// that hL stays.
///
/// Where the weights follow a curve W(t) in depth, t = nh, a network of twice the layers at half
/// the step is a finer sample of the same differential equation: between neighbouring layers their
/// mean is put, and the last layer is held on its step. Training that goes on from there has
/// little to mend. The gradient of a layer halves with h, so the optimiser's memory of it is
/// halved too (its squares quartered), and both are interpolated as the weights are.
/// What it can miss: the weights of neighbouring layers may have nothing to do with each other, and
/// then their mean has nothing to do with either; layers that begin equal, and a penalty on their
/// differences (regularizer.hpp), keep them related. Of two matrices A f(B x + b) a mean of
/// matrices would depend on the order of the hidden units, and a mean of fields has twice as many:
/// there every layer is put in twice, W(t) held on its steps. Reference: E. Haber, L. Ruthotto,
/// Inverse Problems 34, 2018, section 5; B. Chang, L. Meng, E. Haber, F. Tung, D. Begert,
/// "Multi-level residual networks from dynamical systems view", ICLR 2018.
#pragma once

#include <resdyn/model/parameters.hpp>

namespace resdyn {

struct DoublingOptions {
    Index doublings = 0;  ///< 0 … 10; of a residual network, whose step is then that of the start.
    /// Epochs between doublings; 0: the run is cut into doublings + 1 parts, as equal as they can
    /// be. The last one must end before the run.
    Index every = 0;

    bool enabled() const { return doublings > 0; }
};

/// Whether the layers double at the end of this epoch of a run of `epochs`.
bool doubles_after(const DoublingOptions& options, Index epoch, Index epochs);

/// Throws std::invalid_argument naming the option that a network of this shape, or a run of
/// `epochs`, cannot have.
void validate(const DoublingOptions& options, const NetworkShape& shape, Index epochs);

/// Twice the layers at half the step, as a shape.
NetworkShape with_twice_the_layers(NetworkShape shape);
/// The flat parameters of it. Shared weights: the same.
Vector with_twice_the_layers(const NetworkShape& shape, const Vector& parameters);

/// All layers become the first one; those that share their weights are equal anyway.
template <class Scalar>
void make_layers_equal(const NetworkShape& shape,
                       Eigen::Matrix<Scalar, Eigen::Dynamic, 1>& parameters);

extern template void make_layers_equal<float>(const NetworkShape&,
                                              Eigen::Matrix<float, Eigen::Dynamic, 1>&);
extern template void make_layers_equal<double>(const NetworkShape&,
                                               Eigen::Matrix<double, Eigen::Dynamic, 1>&);

}  // namespace resdyn
