#include <resdyn/transient/orientation.hpp>

#include <fmt/format.h>

#include <Eigen/LU>
#include <limits>

#include <resdyn/core/error.hpp>

namespace resdyn {

Orientation layer_orientation(const ResidualNetwork& network, const Matrix& x0) {
    if (x0.rows() != network.width() || x0.cols() < 1) {
        reject_argument("x0", fmt::format("{} rows, at least one column", network.width()),
                        fmt::format("{}×{}", x0.rows(), x0.cols()));
    }
    const LayerStates states = run_layers(network, x0);
    Orientation orientation;
    orientation.smallest = std::numeric_limits<double>::infinity();
    for (Index n = 0; n < network.depth; ++n) {
        const ResidualBlock& block = network.block(n);
        for (Index j = 0; j < x0.cols(); ++j) {
            const Vector u = states.u[static_cast<std::size_t>(n)].col(j);
            const Matrix DW = slope(network.activation, u).asDiagonal() * block.W;
            const Matrix update = block.A ? Matrix(*block.A * DW) : DW;
            const Matrix J =
                Matrix::Identity(network.width(), network.width()) + network.step * update;
            const double determinant = J.determinant();
            if (determinant < orientation.smallest) {
                orientation.smallest = determinant;
                orientation.layer = n;
                orientation.sample = j;
            }
            orientation.reversing += determinant < 0 ? 1 : 0;
            ++orientation.states;
        }
    }
    return orientation;
}

std::string describe(const Orientation& orientation) {
    return orientation.rules_out_a_flow()
               ? fmt::format(
                     "no flow: det(I + hDW) < 0 at {} of {} states, least {:.3g} in layer {}",
                     orientation.reversing, orientation.states, orientation.smallest,
                     orientation.layer)
               : fmt::format(
                     "det(I + hDW) >= {:.3g} at all {} states: orientation is kept there, as in a "
                     "flow",
                     orientation.smallest, orientation.states);
}

}  // namespace resdyn
