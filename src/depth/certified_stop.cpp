#include <resdyn/depth/certified_stop.hpp>

#include <algorithm>
#include <cmath>
#include <optional>

#include <resdyn/core/quantile.hpp>

#include "core/parallel.hpp"
#include "stop_proofs.hpp"

namespace resdyn {

namespace {

constexpr Index tile_width = 128;

/// Of every input: the first layer certified by each proof.
struct FirstLayers {
    std::vector<Index> cube, tail, box, any, forever;
    FirstLayers(Index samples, Index never)
        : cube(static_cast<std::size_t>(samples), never),
          tail(cube),
          box(cube),
          any(cube),
          forever(cube) {}
};

void note(std::vector<Index>& first, Index sample, Index layer) {
    Index& at = first[static_cast<std::size_t>(sample)];
    at = std::min(at, layer);
}

Proportion share_by(const std::vector<Index>& first, Index layer) {
    return proportion(
        std::count_if(first.begin(), first.end(), [layer](Index n) { return n <= layer; }),
        static_cast<Index>(first.size()));
}

}  // namespace

CertificateReport certify(const ResidualNetwork& network, const Matrix& inputs,
                          const CertifiedStopOptions& options) {
    check_stoppable(network);
    const StopProofs proofs(network, options.boxes, options.rounds);
    const Index L = network.depth;
    const Index B = inputs.cols();
    const Matrix x0 = initial_activity(network, inputs);
    CertificateReport report;
    report.norm_bound = proofs.tail ? proofs.tail->norm_bound() : 0.0;

    // The network itself, all layers: what every certificate is held against.
    Matrix x = x0;
    std::vector<Matrix> logits{network.readout(x)};
    std::vector<Matrix> u;
    for (Index n = 0; n < L; ++n) {
        const ResidualBlock& block = network.block(n);
        u.emplace_back(block.W.rows(), B);
        Matrix y(block.W.rows(), B);
        Matrix next(x.rows(), B);
        parallel_for((B + tile_width - 1) / tile_width, options.threads, [&](Index tile) {
            const Index first = tile * tile_width;
            const Index count = std::min(tile_width, B - first);
            auto part = u.back().middleCols(first, count);
            part.noalias() = block.W * x.middleCols(first, count);
            part.colwise() += block.b;
            y.middleCols(first, count) = activate(network.activation, Matrix(part));
            if (block.A) {
                next.middleCols(first, count).noalias() = *block.A * y.middleCols(first, count);
            } else {
                next.middleCols(first, count) = y.middleCols(first, count);
            }
        });
        x += network.step * next;
        logits.push_back(network.readout(x));
    }

    FirstLayers first(B, L + 1);
    report.final_from.assign(static_cast<std::size_t>(B), L);
    for (Index j = 0; j < B; ++j) {
        Index n = L;
        const Index final_class = leader_of(logits.back().col(j)).first;
        while (n > 0 &&
               leader_of(logits[static_cast<std::size_t>(n - 1)].col(j)).first == final_class) {
            --n;
        }
        report.final_from[static_cast<std::size_t>(j)] = n;
    }
    for (Index n = 0; n <= L; ++n) {
        const Matrix& now = logits[static_cast<std::size_t>(n)];
        LayerCertificates layer;
        layer.layer = n;
        std::vector<double> margins, widths, errors;
        std::optional<TailBounds> tail;
        if (proofs.tail && n >= 2) {
            tail = proofs.tail->bounds(
                {u[static_cast<std::size_t>(n - 2)], u[static_cast<std::size_t>(n - 1)], now},
                L - n, options.threads);
        }
        std::optional<BoxBounds> box, forever;
        if (proofs.box && n >= 1) {
            const Matrix& last = u[static_cast<std::size_t>(n - 1)];
            box = proofs.box->bounds(last, now, L - n, options.threads);
            forever = proofs.box->bounds(last, now, std::nullopt, options.threads);
        }
        for (Index j = 0; j < B; ++j) {
            const Leader leader = leader_of(now.col(j));
            margins.push_back(leader.lead);
            const auto hold_against_network = [&](std::vector<Index>& by) {
                note(by, j, n);
                ++report.checked;
                report.wrong += report.final_from[static_cast<std::size_t>(j)] > n ? 1 : 0;
            };
            const auto certified = [&](std::vector<Index>& by) {
                hold_against_network(by);
                note(first.any, j, n);
            };
            if (proofs.cube && proofs.cube->keeps(n, leader, now.col(j))) {
                certified(first.cube);
            }
            if (tail) {
                if (all_positive(tail->lead.col(j))) {
                    certified(first.tail);
                }
                const auto truth = logits.back().col(j);
                double width = 0.0;
                double error = 0.0;
                for (Index c = 0; c < now.rows(); ++c) {
                    const double off = std::abs(truth[c] - tail->logits(c, j));
                    const double held_off = std::abs(truth[c] - tail->held_logits(c, j));
                    if (n < L && std::isfinite(tail->error(c, j))) {
                        report.worst_tail_share =
                            std::max({report.worst_tail_share, off / tail->error(c, j),
                                      held_off / tail->held_error(c, j)});
                        report.tail_checks += 2;
                    }
                    if (c == leader.first || c == leader.second) {
                        width += tail->error(c, j);
                        error += off;
                    }
                }
                widths.push_back(width);
                errors.push_back(error);
            }
            if (box && all_positive(box->lead.col(j))) {
                certified(first.box);
            }
            if (forever && all_positive(forever->lead.col(j))) {
                hold_against_network(first.forever);
            }
        }
        layer.oracle = share_by(report.final_from, n);
        layer.by_cube = share_by(first.cube, n);
        layer.by_tail = share_by(first.tail, n);
        layer.by_box = share_by(first.box, n);
        layer.by_any = share_by(first.any, n);
        layer.forever = share_by(first.forever, n);
        layer.lead = spread(std::move(margins));
        layer.tail_width = spread(std::move(widths));
        layer.tail_error = spread(std::move(errors));
        report.layers.push_back(layer);
    }
    for (const Index n : first.any) {
        report.certified_at.push_back(std::min(n, L));
    }
    return report;
}

}  // namespace resdyn
