/// @file
/// The vocabulary of the library: dense vectors and matrices of doubles, and the axis-aligned box.
///
/// Matrices are Eigen's, column-major. A batch of B states of dimension N is an N×B matrix, one
/// sample a column. Weight matrices act from the left: W is N×N, u = W x + b.
#pragma once

#include <Eigen/Core>

namespace resdyn {

using Index = Eigen::Index;
using Vector = Eigen::VectorXd;
using Matrix = Eigen::MatrixXd;

/// The closed box lower ≤ x ≤ upper, componentwise; both of size n.
struct Box {
    Vector lower;
    Vector upper;
};

}  // namespace resdyn
