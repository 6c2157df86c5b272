// Basin maps against the rival way: every cell integrated alone by Boost.Odeint's own adaptive loop
// in the residuals, which is what a script would do.
#include <boost/numeric/odeint.hpp>
#include <cmath>

#include <resdyn/core/random.hpp>
#include <resdyn/model/systems.hpp>
#include <resdyn/portrait/basins.hpp>

#include "bench/side_by_side.hpp"

namespace {

using namespace resdyn;

/// One cell after the other, at the map's own tolerances, to t = 40 or until nothing moves.
void one_at_a_time(const ResidualSystem& system, const Slice& slice, Index side) {
    namespace odeint = boost::numeric::odeint;
    using State = std::vector<double>;
    const auto n = static_cast<std::size_t>(system.dimension());
    const Activation f = system.activation();
    const Matrix& W = system.W();
    const auto rhs = [&](const State& u, State& du, double) {
        for (std::size_t i = 0; i < n; ++i) {
            du[i] = 0.0;
        }
        for (std::size_t j = 0; j < n; ++j) {
            const double y = activate(f, u[j]);
            for (std::size_t i = 0; i < n; ++i) {
                du[i] += W(static_cast<Index>(i), static_cast<Index>(j)) * y;
            }
        }
    };
    const StateSpace space(system, Coordinate::Residual);
    for (Index j = 0; j < side; ++j) {
        for (Index i = 0; i < side; ++i) {
            const Vector s{{(static_cast<double>(i) + 0.5) / static_cast<double>(side),
                            (static_cast<double>(j) + 0.5) / static_cast<double>(side)}};
            const Vector q = slice.at(slice.window.lower +
                                      s.cwiseProduct(slice.window.upper - slice.window.lower));
            const Vector u0 = space.preactivation(q);
            State u(u0.begin(), u0.end());
            odeint::integrate_adaptive(
                odeint::make_controlled(1e-9, 1e-6, odeint::runge_kutta_dopri5<State>()), rhs, u,
                0.0, 40.0, 1e-3);
        }
    }
}

}  // namespace

int main(int, char** argv) {
    bench::Ledger ledger("basins", argv[1]);
    const ResidualSystem two(named_system("winner-takes-all").W, Activation::Logistic);
    const StateSpace plane(two, Coordinate::Residual);
    const Slice square = unit_slice(plane, 0, 1, Vector::Zero(2));
    {
        constexpr Index side = 64;
        const auto times = bench::race(
            {{"map", [&] { basin_map(plane, square, {.width = side, .height = side}); }},
             {"one at a time", [&] { one_at_a_time(two, square, side); }}});
        ledger.at_least("basins: 2-D map, cells a second over one-at-a-time Odeint to t = 40",
                        times[1].median / times[0].median, 2.0, "x");
    }
    {
        const auto times = bench::race(
            {{"512 x 512", [&] { basin_map(plane, square, {.width = 512, .height = 512}); }}},
            {.rounds = 3});
        ledger.at_most("basins: 512 x 512 map of a 2-D network", times[0].median, 2.0, "s");
    }
    const Matrix G = Random(7).normal_matrix(64, 64, 0.4);
    const ResidualSystem large(0.5 * (G + G.transpose()), Activation::Tanh);
    const StateSpace cube(large, Coordinate::Residual);
    const Slice slice = unit_slice(cube, 0, 1, Vector::Constant(64, 0.25));
    {
        constexpr Index side = 24;
        const auto times =
            bench::race({{"map", [&] { basin_map(cube, slice, {.width = side, .height = side}); }},
                         {"one at a time", [&] { one_at_a_time(large, slice, side); }}},
                        {.rounds = 3});
        ledger.at_least(
            "basins: slice of N = 64, cells a second over one-at-a-time Odeint to t = 40",
            times[1].median / times[0].median, 2.0, "x");
    }
    {
        const auto times = bench::race(
            {{"512 x 512", [&] { basin_map(cube, slice, {.width = 512, .height = 512}); }}},
            {.rounds = 1});
        ledger.at_most("basins: 512 x 512 map of a slice of N = 64", times[0].median, 60.0, "s");
    }
}
