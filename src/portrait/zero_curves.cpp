#include "zero_curves.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <map>

namespace resdyn {

namespace {

constexpr int bisections = 60;  // past the last bit of a double

class Tracer {
  public:
    Tracer(const PlaneFunction& f, const Box& window, Index grid)
        : f_(f), window_(window), grid_(grid), values_(grid + 1, grid + 1) {
        for (Index j = 0; j <= grid; ++j) {
            for (Index i = 0; i <= grid; ++i) {
                values_(i, j) = f_(node(i, j));
            }
        }
    }

    /// Curves through the crossings, each joined as far as it goes.
    std::vector<Matrix> curves() {
        for (Index j = 0; j < grid_; ++j) {
            for (Index i = 0; i < grid_; ++i) {
                cell(i, j);
            }
        }
        std::vector<Matrix> result;
        std::map<Edge, bool> used;
        for (const bool closed : {false, true}) {  // open curves from their ends first
            for (const auto& [edge, next] : links_) {
                if (!used[edge] && (closed || next.size() == 1)) {
                    result.push_back(chain(edge, used));
                }
            }
        }
        return result;
    }

  private:
    /// From node (i, j) to its right (0) or upper (1) neighbour.
    using Edge = std::array<Index, 3>;

    Vector node(Index i, Index j) const {
        const auto at = [&](Index k, Index axis) {
            const double t = static_cast<double>(k) / static_cast<double>(grid_);
            return (1 - t) * window_.lower[axis] + t * window_.upper[axis];
        };
        return Vector{{at(i, 0), at(j, 1)}};
    }

    bool crosses(const Edge& e) const {
        const double a = values_(e[0], e[1]);
        const double b = e[2] == 0 ? values_(e[0] + 1, e[1]) : values_(e[0], e[1] + 1);
        return !std::isnan(a) && !std::isnan(b) && (a < 0) != (b < 0);
    }

    void link(const Edge& a, const Edge& b) {
        links_[a].push_back(b);
        links_[b].push_back(a);
    }

    void cell(Index i, Index j) {
        const std::array<Edge, 4> edges = {Edge{i, j, 0}, Edge{i + 1, j, 1}, Edge{i, j + 1, 0},
                                           Edge{i, j, 1}};  // around the cell
        std::vector<Edge> crossed;
        std::copy_if(edges.begin(), edges.end(), std::back_inserter(crossed),
                     [this](const Edge& e) { return crosses(e); });
        if (crossed.size() == 2) {
            link(crossed[0], crossed[1]);
        } else if (crossed.size() == 4) {
            // Two branches: the sign in the middle says which corners they cut off.
            const double middle = f_((node(i, j) + node(i + 1, j + 1)) / 2);
            const bool joined = (middle < 0) == (values_(i, j) < 0);
            link(crossed[0], crossed[joined ? 1 : 3]);
            link(crossed[2], crossed[joined ? 3 : 1]);
        }
    }

    Vector crossing(const Edge& e) const {
        Vector a = node(e[0], e[1]);
        Vector b = e[2] == 0 ? node(e[0] + 1, e[1]) : node(e[0], e[1] + 1);
        const bool negative = values_(e[0], e[1]) < 0;
        for (int k = 0; k < bisections; ++k) {
            const Vector middle = (a + b) / 2;
            ((f_(middle) < 0) == negative ? a : b) = middle;
        }
        return std::abs(f_(a)) < std::abs(f_(b)) ? a : b;
    }

    Matrix chain(Edge edge, std::map<Edge, bool>& used) const {
        std::vector<Vector> points;
        const Edge first = edge;
        for (bool more = true; more;) {
            used[edge] = true;
            points.push_back(crossing(edge));
            more = false;
            for (const Edge& next : links_.at(edge)) {
                if (!used[next]) {
                    edge = next;
                    more = true;
                    break;
                }
            }
        }
        const std::vector<Edge>& last = links_.at(edge);
        if (points.size() > 2 && std::find(last.begin(), last.end(), first) != last.end()) {
            points.push_back(points.front());
        }
        Matrix curve(2, static_cast<Index>(points.size()));
        for (std::size_t k = 0; k < points.size(); ++k) {
            curve.col(static_cast<Index>(k)) = points[k];
        }
        return curve;
    }

    const PlaneFunction& f_;
    const Box& window_;
    Index grid_;
    Matrix values_;
    std::map<Edge, std::vector<Edge>> links_;
};

}  // namespace

std::vector<Matrix> zero_curves(const PlaneFunction& f, const Box& window, Index grid) {
    std::vector<Matrix> curves = Tracer(f, window, grid).curves();
    std::erase_if(curves, [](const Matrix& curve) { return curve.cols() < 2; });
    return curves;
}

}  // namespace resdyn
