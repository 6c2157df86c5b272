#include <resdyn/numerics/vector_field.hpp>

#include <algorithm>
#include <cmath>

namespace resdyn {

Matrix finite_difference_jacobian(const std::function<Vector(const Vector&)>& map, const Vector& x,
                                  double relative_step) {
    Matrix J;
    Vector shifted = x;
    for (Index j = 0; j < x.size(); ++j) {
        const double step = relative_step * std::max(1.0, std::abs(x[j]));
        shifted[j] = x[j] + step;
        const Vector forward = map(shifted);
        const double upper = shifted[j];
        shifted[j] = x[j] - step;
        const Vector backward = map(shifted);
        if (j == 0) {
            J.resize(forward.size(), x.size());
        }
        // The distance as stored, not 2·step: the shifts are rounded.
        J.col(j) = (forward - backward) / (upper - shifted[j]);
        shifted[j] = x[j];
    }
    return J;
}

}  // namespace resdyn
