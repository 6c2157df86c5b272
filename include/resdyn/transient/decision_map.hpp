/// @file
/// How a network of two inputs divides their plane, and how its activities get there: the class
/// read out at every point of a grid of inputs, and the way x_0, x_1, … x_L of samples.
///
/// The ways are drawn in the plane of x itself where x has two units, with the regions of the
/// read-out V x + c there: the layers carry each sample into its region, and the boundary in the
/// inputs is what they make of these straight lines. Wider x is projected onto the first two
/// principal components of all states of the samples, and has no regions: other states project onto
/// the same point.
/// Method: the network itself at each point, in double. What it can miss: regions smaller than a
/// cell of the grid. Reference for the idea: F. Lagzi, arXiv:2101.03009.
#pragma once

#include <vector>

#include <resdyn/model/residual_network.hpp>

namespace resdyn {

struct DecisionMapOptions {
    Index points = 161;    ///< grid points a side, 2 … 4096.
    double margin = 0.15;  ///< by which the grid reaches beyond the samples, of their extent; >= 0.
    int threads = 0;
};

/// The class read out on a grid of a plane.
struct ClassGrid {
    Vector first;               ///< of the first coordinate, increasing.
    Vector second;              ///< of the second.
    Eigen::MatrixXi predicted;  ///< at (first_i, second_j) in row i, column j.
    /// Neighbouring points of different classes, along either axis; 0: no boundary is seen.
    Index boundary_pairs() const;
};

struct DecisionMap {
    ClassGrid inputs;             ///< over d: the class of V x_L + c.
    ClassGrid read_out;           ///< over x: the class of V x + c; empty unless x has two units.
    Matrix samples;               ///< 2×B: the inputs of the samples.
    Eigen::VectorXi labels;       ///< B.
    Eigen::VectorXi answers;      ///< B: classes read out of x_L.
    std::vector<Matrix> ways;     ///< B matrices 2×(L+1): x_0 … x_L of each sample in the plane.
    bool projected = false;       ///< x has more than two units.
    double variance_share = 1.0;  ///< of the states' variance that the plane carries, 0 … 1.
};

/// inputs: 2×B, B >= 1, finite; labels: B classes. Throws std::invalid_argument for another width,
/// a network without a read-out, or options out of range.
DecisionMap decision_map(const ResidualNetwork& network, const Matrix& inputs,
                         const Eigen::VectorXi& labels, const DecisionMapOptions& options = {});

}  // namespace resdyn
