#include "residual_batch.hpp"

namespace resdyn {

void activate_batch(Activation activation, const BatchField::ConstBlock& u, BatchField::Block y) {
    switch (activation) {
        case Activation::Logistic:
            y.array() = (1.0 + (-u.array()).exp()).inverse();  // exp(−u) = ∞ rightly gives 0
            return;
        case Activation::Tanh:
            // tanh u = 2 / (1 + e^{−2u}) − 1: Eigen vectorises the exponential, not tanh.
            y.array() = 2.0 * (1.0 + (-2.0 * u.array()).exp()).inverse() - 1.0;
            return;
        case Activation::Softplus:
        case Activation::ReLU:
            y = u.unaryExpr([activation](double v) { return activate(activation, v); });
            return;
    }
}

void PreactivationBatch::value(const ConstBlock& u, Block velocity) const {
    Matrix y(u.rows(), u.cols());
    activate_batch(activation_, u, y);
    velocity.noalias() = W_ * y;
}

}  // namespace resdyn
