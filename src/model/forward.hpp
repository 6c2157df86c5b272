/// @file
/// One tile of samples on its way through the layers; shared by everything that runs many samples:
/// training, evaluation, separability, noise.
#pragma once

#include <span>

#include <resdyn/model/parameters.hpp>

#include "kernels.hpp"

namespace resdyn {

/// The tensors of a network in its flat parameter vector, where they lie.
template <class Scalar>
struct Tensors {
    const NetworkShape& shape;
    const ParameterLayout& layout;
    const Scalar* at;

    kernels::ConstView<Scalar> W(Index layer) const {
        return {at + layout.block(layer).W, shape.residuals(), shape.width};
    }
    kernels::ConstVectorView<Scalar> b(Index layer) const {
        return {at + layout.block(layer).b, shape.residuals()};
    }
    kernels::ConstView<Scalar> A(Index layer) const {
        return {at + layout.block(layer).A, shape.width, shape.hidden_width};
    }
    kernels::ConstView<Scalar> V() const { return {at + layout.V, shape.classes, shape.width}; }
    kernels::ConstVectorView<Scalar> c() const { return {at + layout.c, shape.classes}; }
    kernels::ConstView<Scalar> U() const { return {at + layout.U, shape.width, shape.input_width}; }
    kernels::ConstVectorView<Scalar> e() const { return {at + layout.e, shape.width}; }
};

/// A network's tensors in Scalar, with memory of their own.
template <class Scalar>
struct OwnedTensors {
    NetworkShape shape;
    ParameterLayout layout;
    Eigen::Matrix<Scalar, Eigen::Dynamic, 1> parameters;

    /// Throws std::invalid_argument if the network is not whole or has no read-out.
    explicit OwnedTensors(const Network& network)
        : shape(shape_of(network)),
          layout(shape),
          parameters(flatten(network).template cast<Scalar>()) {}
    Tensors<Scalar> view() const { return {shape, layout, parameters.data()}; }
};

/// out (D×T) = the columns `columns` of the inputs.
template <class Scalar>
void gather(const Eigen::MatrixXf& inputs, std::span<const Index> columns,
            kernels::View<Scalar> out) {
    for (Index j = 0; j < out.cols(); ++j) {
        out.col(j) = inputs.col(columns[static_cast<std::size_t>(j)]).template cast<Scalar>();
    }
}

/// x_0 = U d + e.
template <class Scalar>
void enter(const Tensors<Scalar>& net, kernels::ConstView<Scalar> d, kernels::View<Scalar> x0) {
    kernels::multiply<Scalar>(net.U(), d, x0);
    kernels::add_to_columns<Scalar>(net.e(), x0);
}

/// x_next = x + h A y (of a perceptron: x_next = y); x_next may be x itself. For two matrices
/// `product` (N×T) is overwritten with A y.
template <class Scalar>
void add_residual(const Tensors<Scalar>& net, Index layer, kernels::ConstView<Scalar> x,
                  kernels::ConstView<Scalar> y, kernels::View<Scalar> product,
                  kernels::View<Scalar> x_next) {
    const auto step = static_cast<Scalar>(net.shape.step);
    if (net.shape.kind == NetworkKind::Perceptron) {
        x_next = y;
    } else if (net.shape.has_two_matrices()) {
        kernels::multiply<Scalar>(net.A(layer), y, product);
        x_next = x + step * product;
    } else {
        x_next = x + step * y;
    }
}

/// y = f(W x + b), then add_residual.
template <class Scalar>
void forward_layer(const Tensors<Scalar>& net, Index layer, kernels::ConstView<Scalar> x,
                   kernels::View<Scalar> y, kernels::View<Scalar> product,
                   kernels::View<Scalar> x_next) {
    kernels::multiply<Scalar>(net.W(layer), x, y);
    kernels::activate_in_place<Scalar>(net.shape.activation, net.b(layer), y);
    add_residual<Scalar>(net, layer, x, y, product, x_next);
}

/// logits = V x + c.
template <class Scalar>
void read_out(const Tensors<Scalar>& net, kernels::ConstView<Scalar> x,
              kernels::View<Scalar> logits) {
    kernels::multiply<Scalar>(net.V(), x, logits);
    kernels::add_to_columns<Scalar>(net.c(), logits);
}

}  // namespace resdyn
