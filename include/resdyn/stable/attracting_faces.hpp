/// @file
/// Every open face of the cube that can attract, by branch and bound over the 3^N patterns: all
/// solutions of the variational inequality Wy ∈ N_cube(y), ties and singular blocks included
/// (attracting_face.hpp says what that means and what it leaves open).
///
/// Method: the tree of branch_and_bound.hpp with rows that may be 0 and no bound on the free block;
/// whole patterns that survive are decided by proved bounds in double, else in integers.
/// Logistic: without a High unit the face's system is homogeneous. Its only isolated solution is
/// y = 0, which is always on the list (all λ_i = 0: see origin.hpp for what it does). A continuum
/// there is a ray through 0, which leaves the cube where its largest units are High and tied: it is
/// found from that pattern, which is in the tree, and added.
///
/// What it can miss: nothing, if it ends `Complete`. tanh: never empty (Brouwer). A list that holds
/// nothing but y = 0 (logistic) proves that no trajectory of the open cube ends at another
/// equilibrium, or at a cycle, torus or chaotic set compactly inside one open face, in the flow and
/// in the network with any step; it says nothing of ω-limit sets that meet several faces.
/// Reference: F. Facchinei, J.-S. Pang, Finite-Dimensional Variational Inequalities and
/// Complementarity Problems (2003), §1.2 (boxes), for the problem. Theory: doc/theory.md §5.4.
#pragma once

#include <resdyn/equilibria/attracting_face.hpp>
#include <resdyn/stable/branch_and_bound.hpp>

namespace resdyn {

struct AttractingFaces {
    SearchEnd end = SearchEnd::Complete;
    SearchWork work;
    std::uint64_t isolated = 0;  ///< equilibria that are not transversally unstable.
    std::uint64_t continua = 0;  ///< faces with a singular block and such a point.
    /// Each decided exactly, sorted by pattern; at most options.max_listed.
    std::vector<AttractingFace> faces;

    bool complete() const { return end == SearchEnd::Complete; }
    std::uint64_t count() const { return isolated + continua; }
    bool all_listed() const { return faces.size() == count(); }
    /// Complete, and the logistic origin is all there is.
    bool only_origin() const {
        return complete() && count() == 1 && all_listed() && faces.front().y.isZero(0.0) &&
               faces.front().pattern.is_vertex();
    }
};

/// Bounded activations only; N <= 1024. options.count_marginal is not read: ties always count.
/// Throws std::invalid_argument.
AttractingFaces attracting_faces(const ResidualSystem& system,
                                 const BranchAndBoundOptions& options = {});

/// Nodes that attracting_faces will need.
CostPrediction predict_attracting_faces(const ResidualSystem& system,
                                        const PredictionOptions& options = {});

}  // namespace resdyn
