/// @file
/// Camps of a symmetric matrix of preferences S (S_ij > 0: same camp wanted): minimise
/// Σ_{i<j} (|S_ij| − S_ij s_i s_j)/2, the weight of the wishes not met.
#pragma once

#include <cstdint>
#include <vector>

#include <resdyn/core/types.hpp>

namespace resdyn::spin_glass {

/// Of camps s (±1): 0 exactly where every wish is met.
double cost(const Matrix& S, const Vector& s);

/// Two-colouring along a spanning forest: meets every wish if that is possible.
Vector two_colouring(const Matrix& S);

/// The best camps of a tabu search from the starts (columns of ±1), deterministic.
Vector tabu_search(const Matrix& S, const Matrix& starts);

struct Optimum {
    Vector s;
    double cost = 0.0;
    bool proved = false;
    Index nodes = 0;
};
/// Branch and bound from the camps `guess`; `slack`: two costs closer than that count as equal.
/// Not proved if max_nodes are used up: then `s` is no worse than the guess.
Optimum branch_and_bound(const Matrix& S, const Vector& guess, double slack, Index max_nodes);

/// Lower bound by packing negative cycles greedily: triangles, then cycles of a spanning forest. As
/// computed: rounding may have added up to N² ε of it.
double packing_bound(const Matrix& S);

/// Lower bound by λ_max(S), and the signs of its eigenvector, a good start.
struct SpectralBound {
    double bound = 0.0;
    Vector s;
};
SpectralBound spectral_bound(const Matrix& S);

}  // namespace resdyn::spin_glass
