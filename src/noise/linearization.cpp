#include <resdyn/noise/linearization.hpp>

#include <fmt/format.h>

#include <resdyn/core/error.hpp>

namespace resdyn {

namespace {

const LinearLayer& readout_of(const Network& network) {
    return std::visit([](const auto& one) -> const LinearLayer& { return one.readout; }, network);
}

const std::optional<LinearLayer>& input_of(const Network& network) {
    return std::visit(
        [](const auto& one) -> const std::optional<LinearLayer>& { return one.input; }, network);
}

}  // namespace

Linearization::Linearization(const Network& any, const Vector& input) : network_(&any) {
    std::visit([&](const auto& network) { states_.emplace_back(initial_activity(network, input)); },
               any);
    if (const auto* residual = std::get_if<ResidualNetwork>(&any)) {
        for (Index n = 0; n < residual->depth; ++n) {
            const ResidualBlock& block = residual->block(n);
            const Vector u = block.W * states_.back() + block.b;
            const Vector y = activate(residual->activation, u);
            slopes_.push_back(slope(residual->activation, u));
            states_.emplace_back(states_.back() +
                                 residual->step * (block.A ? Vector(*block.A * y) : y));
        }
        return;
    }
    const auto& perceptron = std::get<Perceptron>(any);
    for (Index n = 0; n < perceptron.depth; ++n) {
        const Vector u = perceptron.layer(n)(states_.back());
        slopes_.push_back(slope(perceptron.activation, u));
        states_.push_back(activate(perceptron.activation, u));
    }
}

Index Linearization::input_width() const {
    const auto& input = input_of(*network_);
    return input ? input->M.cols() : width();
}

Index Linearization::rows(Output output) const {
    return output == Output::Logits ? readout_of(*network_).M.rows() : width();
}

Matrix Linearization::push(Index n, const Matrix& dx) const {
    const auto D = slopes(n).asDiagonal();
    if (const auto* residual = std::get_if<ResidualNetwork>(network_)) {
        const ResidualBlock& block = residual->block(n);
        const Matrix dy = D * (block.W * dx);
        return block.A ? Matrix(dx + residual->step * (*block.A * dy))
                       : Matrix(dx + residual->step * dy);
    }
    return D * (std::get<Perceptron>(*network_).layer(n).M * dx);
}

Matrix Linearization::pull(Index n, const Matrix& g) const {
    const auto D = slopes(n).asDiagonal();
    if (const auto* residual = std::get_if<ResidualNetwork>(network_)) {
        const ResidualBlock& block = residual->block(n);
        const Matrix Dg = block.A ? Matrix(D * (block.A->transpose() * g)) : Matrix(D * g);
        return g + residual->step * (block.W.transpose() * Dg);
    }
    return std::get<Perceptron>(*network_).layer(n).M.transpose() * (D * g).eval();
}

Matrix Linearization::enter(const Matrix& d) const {
    const auto& input = input_of(*network_);
    return input ? Matrix(input->M * d) : d;
}

Matrix Linearization::leave(const Matrix& g) const {
    const auto& input = input_of(*network_);
    return input ? Matrix(input->M.transpose() * g) : g;
}

Matrix Linearization::apply(Output output, const Matrix& d) const {
    const Matrix first = enter(d);
    Matrix dx = first;
    for (Index n = 0; n < depth(); ++n) {
        dx = push(n, dx);
    }
    switch (output) {
        case Output::Sum:
            if (kind_of(*network_) == NetworkKind::Perceptron) {
                reject_argument("Output::Sum", "a residual network", "a perceptron");
            }
            return dx - first;
        case Output::Logits:
            return readout_of(*network_).M * dx;
        case Output::State:
            break;
    }
    return dx;
}

Matrix Linearization::apply_transposed(Output output, const Matrix& g) const {
    Matrix gradient = output == Output::Logits ? readout_of(*network_).M.transpose() * g : g;
    for (Index n = depth() - 1; n >= 0; --n) {
        gradient = pull(n, gradient);
    }
    if (output == Output::Sum) {
        if (kind_of(*network_) == NetworkKind::Perceptron) {
            reject_argument("Output::Sum", "a residual network", "a perceptron");
        }
        gradient -= g;
    }
    return leave(gradient);
}

Matrix next_state(const Network& any, Index n, const Matrix& x) {
    if (const auto* residual = std::get_if<ResidualNetwork>(&any)) {
        const ResidualBlock& block = residual->block(n);
        const Matrix y = activate(residual->activation, Matrix((block.W * x).colwise() + block.b));
        return block.A ? Matrix(x + residual->step * (*block.A * y))
                       : Matrix(x + residual->step * y);
    }
    const auto& perceptron = std::get<Perceptron>(any);
    return activate(perceptron.activation, perceptron.layer(n)(x));
}

}  // namespace resdyn
