#include "spin_glass.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <queue>

#include "numerics/decompositions.hpp"

namespace resdyn::spin_glass {

namespace {

/// Most pairs for which whole cycles are packed after the triangles, each at the cost of a search.
constexpr Index most_pairs_for_cycles = 20000;

/// A spanning forest of the pairs with S_ij ≠ 0, and the camps along it.
struct Forest {
    Vector s;
    std::vector<Index> parent;
    std::vector<Index> depth;
};

Forest spanning_forest(const Matrix& S) {
    const Index n = S.rows();
    Forest forest{Vector::Zero(n), std::vector<Index>(static_cast<std::size_t>(n), -1),
                  std::vector<Index>(static_cast<std::size_t>(n), 0)};
    for (Index root = 0; root < n; ++root) {
        if (forest.s[root] != 0) {
            continue;
        }
        forest.s[root] = 1;
        std::queue<Index> queue({root});
        while (!queue.empty()) {
            const Index i = queue.front();
            queue.pop();
            for (Index j = 0; j < n; ++j) {
                if (S(j, i) != 0 && forest.s[j] == 0) {
                    forest.s[j] = S(j, i) > 0 ? forest.s[i] : -forest.s[i];
                    forest.parent[static_cast<std::size_t>(j)] = i;
                    forest.depth[static_cast<std::size_t>(j)] =
                        forest.depth[static_cast<std::size_t>(i)] + 1;
                    queue.push(j);
                }
            }
        }
    }
    return forest;
}

/// Takes the pair's share `amount` out of S, keeping it symmetric and its sign.
void take(Matrix& S, Index i, Index j, double amount) {
    const double rest = std::abs(S(i, j)) - amount;
    S(i, j) = S(j, i) = S(i, j) > 0 ? rest : -rest;
}

double pack_triangles(Matrix& S) {
    const Index n = S.rows();
    double packed = 0.0;
    for (Index i = 0; i < n; ++i) {
        for (Index j = i + 1; j < n; ++j) {
            for (Index k = j + 1; k < n && S(i, j) != 0; ++k) {
                if (S(k, i) * S(k, j) * S(i, j) < 0) {
                    const double amount =
                        std::min({std::abs(S(i, j)), std::abs(S(k, i)), std::abs(S(k, j))});
                    take(S, i, j, amount);
                    take(S, k, i, amount);
                    take(S, k, j, amount);
                    packed += amount;
                }
            }
        }
    }
    return packed;
}

/// The pairs of the cycle that (i, j) closes in the forest.
std::vector<std::pair<Index, Index>> cycle_of(const Forest& forest, Index i, Index j) {
    std::vector<std::pair<Index, Index>> cycle = {{i, j}};
    while (i != j) {
        Index& deeper =
            forest.depth[static_cast<std::size_t>(i)] >= forest.depth[static_cast<std::size_t>(j)]
                ? i
                : j;
        const Index up = forest.parent[static_cast<std::size_t>(deeper)];
        cycle.emplace_back(deeper, up);
        deeper = up;
    }
    return cycle;
}

/// Negative cycles of any length, the shortest that a forest offers first.
double pack_cycles(Matrix& S) {
    double packed = 0.0;
    while (true) {
        const Forest forest = spanning_forest(S);
        std::vector<std::pair<Index, Index>> shortest;
        for (Index j = 0; j < S.cols(); ++j) {
            for (Index i = 0; i < j; ++i) {
                if (S(i, j) * forest.s[i] * forest.s[j] < 0) {
                    auto cycle = cycle_of(forest, i, j);
                    if (shortest.empty() || cycle.size() < shortest.size()) {
                        shortest = std::move(cycle);
                    }
                }
            }
        }
        if (shortest.empty()) {
            return packed;
        }
        double amount = std::numeric_limits<double>::infinity();
        for (const auto& [i, j] : shortest) {
            amount = std::min(amount, std::abs(S(i, j)));
        }
        for (const auto& [i, j] : shortest) {
            take(S, i, j, amount);
        }
        packed += amount;
    }
}

/// Depth-first search on the units first … n−1, in that order. `doll[k]` is the optimum on the
/// units k … n−1, known for k > first.
class Dolls {
  public:
    Dolls(const Matrix& S, double slack, Index max_nodes)
        : S_(S),
          n_(S.rows()),
          slack_(slack),
          max_nodes_(max_nodes),
          doll_(Vector::Zero(n_ + 1)),
          s_(Vector::Zero(n_)),
          best_s_(Vector::Zero(n_)),
          // fields_(k, d): Σ over assigned units j < d of S_kj s_j; norms_(k, d): of |S_kj|.
          fields_(Matrix::Zero(n_, n_ + 1)),
          norms_(Matrix::Zero(n_, n_ + 1)) {}

    /// False if the nodes were used up.
    bool solve(Index first, const Vector& guess, double guess_cost) {
        first_ = first;
        best_ = guess_cost;
        best_s_ = guess;
        if (best_ - doll_[first + 1] > slack_) {
            fields_.col(first).setZero();
            norms_.col(first).setZero();
            assign(first, 1.0);
            descend(first + 1, 0.0);
        }
        doll_[first] = best_;
        return nodes_ <= max_nodes_;
    }

    const Vector& best() const { return best_s_; }
    double best_cost() const { return best_; }
    Index nodes() const { return nodes_; }

  private:
    void assign(Index unit, double sign) {
        s_[unit] = sign;
        const Index rest = n_ - unit - 1;
        fields_.col(unit + 1).tail(rest) =
            fields_.col(unit).tail(rest) + sign * S_.col(unit).tail(rest);
        norms_.col(unit + 1).tail(rest) =
            norms_.col(unit).tail(rest) + S_.col(unit).tail(rest).cwiseAbs();
    }

    void descend(Index unit, double cost) {
        if (++nodes_ > max_nodes_) {
            return;
        }
        if (unit == n_) {
            if (cost < best_ - slack_) {
                best_ = cost;
                best_s_ = s_;
            }
            return;
        }
        const Index rest = n_ - unit;
        const double apart =
            0.5 * (norms_.col(unit).tail(rest) - fields_.col(unit).tail(rest).cwiseAbs()).sum();
        if (cost + apart + doll_[unit] >= best_ - slack_) {
            return;
        }
        const double field = fields_(unit, unit);
        const double liked = field >= 0 ? 1.0 : -1.0;
        for (const double sign : {liked, -liked}) {
            assign(unit, sign);
            descend(unit + 1, cost + 0.5 * (norms_(unit, unit) - sign * field));
        }
    }

    const Matrix& S_;
    Index n_;
    double slack_;
    Index max_nodes_;
    Index first_ = 0;
    Index nodes_ = 0;
    double best_ = 0.0;
    Vector doll_;
    Vector s_;
    Vector best_s_;
    Matrix fields_;
    Matrix norms_;
};

/// Flips single units while that helps; only those from `first` on exist.
double descend_locally(const Matrix& S, Index first, Vector& s) {
    const Index n = S.rows();
    bool moved = true;
    while (moved) {
        moved = false;
        for (Index i = first; i < n; ++i) {
            const double field = S.col(i).tail(n - first).dot(s.tail(n - first)) * s[i];
            if (field < 0) {
                s[i] = -s[i];
                moved = true;
            }
        }
    }
    return cost(S.bottomRightCorner(n - first, n - first), s.tail(n - first));
}

}  // namespace

double cost(const Matrix& S, const Vector& s) {
    // Term by term: where every wish is met the sum is 0, not the rounding of two sums' difference.
    double unmet = 0.0;
    for (Index j = 0; j < S.cols(); ++j) {
        for (Index i = 0; i < j; ++i) {
            unmet += S(i, j) * s[i] * s[j] < 0 ? std::abs(S(i, j)) : 0.0;
        }
    }
    return unmet;
}

Vector two_colouring(const Matrix& S) {
    return spanning_forest(S).s;
}

Vector tabu_search(const Matrix& S, const Matrix& starts) {
    const Index n = S.rows();
    const Index moves = std::min<Index>(20 * n, 5000);
    const Index tenure = std::min<Index>(10, n / 4);
    Vector best = starts.col(0);
    double best_cost = cost(S, best);
    for (const auto& start : starts.colwise()) {
        Vector s = start;
        double now = cost(S, s);
        Vector gain = s.cwiseProduct(S * s);  // the cost of flipping each unit
        std::vector<Index> free_from(static_cast<std::size_t>(n), 0);
        for (Index move = 0; move < moves; ++move) {
            Index chosen = -1;
            for (Index i = 0; i < n; ++i) {
                const bool allowed =
                    free_from[static_cast<std::size_t>(i)] <= move || now + gain[i] < best_cost;
                if (allowed && (chosen < 0 || gain[i] < gain[chosen])) {
                    chosen = i;
                }
            }
            if (chosen < 0) {
                continue;
            }
            now += gain[chosen];
            const double flipped = gain[chosen];
            gain -= (2.0 * s[chosen]) * S.col(chosen).cwiseProduct(s);
            s[chosen] = -s[chosen];
            gain[chosen] = -flipped;
            free_from[static_cast<std::size_t>(chosen)] = move + 1 + tenure;
            if (now < best_cost) {
                best_cost = now;
                best = s;
            }
        }
    }
    return best;
}

Optimum branch_and_bound(const Matrix& S, const Vector& guess, double slack, Index max_nodes) {
    const Index n = S.rows();
    // Strongly coupled units last: the inner dolls, solved first, are then the hard and telling
    // ones.
    std::vector<Index> order(static_cast<std::size_t>(n));
    for (Index i = 0; i < n; ++i) {
        order[static_cast<std::size_t>(i)] = i;
    }
    const Vector strength = S.cwiseAbs().colwise().sum().transpose();
    std::stable_sort(order.begin(), order.end(),
                     [&strength](Index a, Index b) { return strength[a] < strength[b]; });
    const Matrix sorted = S(order, order);
    Dolls dolls(sorted, slack, max_nodes);
    Optimum optimum{guess, cost(S, guess), true, 0};
    Vector s = Vector::Ones(n);
    for (Index first = n - 1; first >= 0 && optimum.proved; --first) {
        const double field = sorted.col(first).tail(n - first - 1).dot(s.tail(n - first - 1));
        s[first] = field >= 0 ? 1.0 : -1.0;
        double known = descend_locally(sorted, first, s);
        if (first == 0) {
            Vector given(n);
            for (Index i = 0; i < n; ++i) {
                given[i] = guess[order[static_cast<std::size_t>(i)]];
            }
            if (cost(sorted, given) < known) {
                s = given;
                known = cost(sorted, given);
            }
        }
        optimum.proved = dolls.solve(first, s, known);
        s = dolls.best();
    }
    optimum.nodes = dolls.nodes();
    if (optimum.proved) {
        for (Index i = 0; i < n; ++i) {
            optimum.s[order[static_cast<std::size_t>(i)]] = s[i];
        }
        optimum.cost = cost(S, optimum.s);
    }
    return optimum;
}

double packing_bound(const Matrix& S) {
    Matrix rest = S;
    double packed = pack_triangles(rest);
    const auto pairs = (rest.array() != 0).count() / 2;
    if (pairs <= most_pairs_for_cycles) {
        packed += pack_cycles(rest);
    }
    return packed;
}

SpectralBound spectral_bound(const Matrix& S) {
    const SymmetricEigenpairs pairs = symmetric_eigenpairs(S);
    const Index n = S.rows();
    // The computed λ is off by a small multiple of ε‖S‖: a generous one keeps the bound a bound.
    const double rounding =
        10.0 * static_cast<double>(n) * std::numeric_limits<double>::epsilon() * S.norm();
    const double largest = pairs.values[n - 1] + rounding;
    SpectralBound result;
    result.bound =
        std::max(0.0, 0.25 * (S.cwiseAbs().sum() - static_cast<double>(n) * largest) - rounding);
    result.s = pairs.vectors.col(n - 1).unaryExpr([](double v) { return v < 0 ? -1.0 : 1.0; });
    return result;
}

}  // namespace resdyn::spin_glass
