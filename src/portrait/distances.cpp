#include "distances.hpp"

#include <algorithm>
#include <limits>

namespace resdyn {

double distance_to_piece(const Vector& y, const Vector& a, const Vector& b) {
    const Vector piece = b - a;
    const double length = piece.squaredNorm();
    const double along = length > 0 ? std::clamp((y - a).dot(piece) / length, 0.0, 1.0) : 0.0;
    return (y - a - along * piece).norm();
}

double distance_to_curve(const Matrix& curve, const Vector& y) {
    double least = std::numeric_limits<double>::infinity();
    for (Index k = 0; k + 1 < curve.cols(); ++k) {
        least = std::min(least, distance_to_piece(y, curve.col(k), curve.col(k + 1)));
    }
    return least;
}

double distance_near(const Matrix& closed, const Vector& y) {
    Index k = 0;
    (closed.colwise() - y).colwise().squaredNorm().minCoeff(&k);
    const Index last = closed.cols() - 1;  // the same point as 0
    const Index before = k > 0 ? k - 1 : last - 1;
    const Index after = k < last ? k + 1 : 1;
    return std::min(distance_to_piece(y, closed.col(before), closed.col(k)),
                    distance_to_piece(y, closed.col(k), closed.col(after)));
}

}  // namespace resdyn
