#include <resdyn/transient/certified_stop.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include <resdyn/core/error.hpp>
#include <resdyn/core/parallel.hpp>
#include <resdyn/model/residual_batch.hpp>
#include <resdyn/transient/analytic_tail.hpp>
#include <resdyn/transient/future_box.hpp>

namespace resdyn {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
constexpr double rounding = 1e-11;
constexpr Index tile_width = 128;

double median(std::vector<double> values) {
    if (values.empty()) {
        return unknown;
    }
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

/// The class read out, and how far it leads the next.
struct Leader {
    Index first = 0;
    Index second = 0;
    double lead = infinity;
};

template <class Column>
Leader leader_of(const Column& logits) {
    Leader leader;
    logits.maxCoeff(&leader.first);
    for (Index c = 0; c < logits.size(); ++c) {
        if (c != leader.first && logits[leader.first] - logits[c] < leader.lead) {
            leader.lead = logits[leader.first] - logits[c];
            leader.second = c;
        }
    }
    return leader;
}

/// The least that the layers from n on can add to the lead of class c over class k, whatever their
/// residuals: h Σ_n min over the cube of (R_c − R_k)·y, summed over prefixes.
class Cube {
  public:
    explicit Cube(const ResidualNetwork& network) {
        const Index C = network.classes();
        const Levels range = levels(network.activation);
        least_.assign(static_cast<std::size_t>(network.depth + 1), Matrix::Zero(C, C));
        for (Index n = network.depth - 1; n >= 0; --n) {
            const ResidualBlock& block = network.block(n);
            const Matrix R = block.A ? Matrix(network.readout.M * *block.A) : network.readout.M;
            Matrix& least = least_[static_cast<std::size_t>(n)];
            for (Index c = 0; c < C; ++c) {
                for (Index k = 0; k < C; ++k) {
                    const auto d = (R.row(c) - R.row(k)).array();
                    const double one =
                        network.step * (d * range.low).min(d * range.high).sum() -
                        rounding * network.step * d.abs().sum();
                    // The worst prefix: this layer, and what follows where that is a loss.
                    least(c, k) =
                        one + std::min(0.0, least_[static_cast<std::size_t>(n + 1)](c, k));
                }
            }
        }
    }
    /// After layer n.
    bool keeps(Index n, const Leader& leader, const Eigen::Ref<const Vector>& logits) const {
        const double slack = rounding * (1.0 + logits.lpNorm<Eigen::Infinity>());
        const Matrix& least = least_[static_cast<std::size_t>(n)];
        for (Index k = 0; k < logits.size(); ++k) {
            if (k != leader.first &&
                !(logits[leader.first] - logits[k] + std::min(0.0, least(leader.first, k)) >
                  slack)) {
                return false;
            }
        }
        return true;
    }

  private:
    std::vector<Matrix> least_;
};

/// The proofs that a network admits.
struct Proofs {
    std::optional<Cube> cube;
    std::optional<AnalyticTail> tail;
    std::optional<FutureBox> box;

    Proofs(const ResidualNetwork& network, const CertifiedStopOptions& options) {
        if (!options.proofs) {
            return;
        }
        if (is_bounded(network.activation)) {
            cube.emplace(network);
        }
        if (network.has_shared_weights()) {
            tail.emplace(network);
            if (options.boxes && is_bounded(network.activation)) {
                box.emplace(network, FutureBoxOptions{.rounds = options.rounds});
            }
        }
    }
};

bool all_positive(const Eigen::Ref<const Vector>& lead) {
    return (lead.array() > 0.0).all();
}

void check(const ResidualNetwork& network) {
    validate(network);
    if (!network.has_readout()) {
        reject_argument("certified stop", "a network with a read-out V, c", "none");
    }
}

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
    check(network);
    const Proofs proofs(network, options);
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
            tail = proofs.tail->bounds({u[static_cast<std::size_t>(n - 2)],
                                        u[static_cast<std::size_t>(n - 1)], now},
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
            const auto certified = [&](std::vector<Index>& by) {
                note(by, j, n);
                note(first.any, j, n);
                ++report.checked;
                report.wrong += report.final_from[static_cast<std::size_t>(j)] > n ? 1 : 0;
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
                certified(first.forever);
            }
        }
        layer.oracle = share_by(report.final_from, n);
        layer.by_cube = share_by(first.cube, n);
        layer.by_tail = share_by(first.tail, n);
        layer.by_box = share_by(first.box, n);
        layer.by_any = share_by(first.any, n);
        layer.forever = share_by(first.forever, n);
        layer.margin = median(margins);
        layer.tail_width = median(widths);
        layer.tail_error = median(errors);
        report.layers.push_back(layer);
    }
    for (const Index n : first.any) {
        report.certified_at.push_back(std::min(n, L));
    }
    return report;
}

EarlyStop run_with_early_stop(const ResidualNetwork& network, const Matrix& inputs,
                              const CertifiedStopOptions& options) {
    check(network);
    const Proofs proofs(network, options);
    const Index L = network.depth;
    const Index B = inputs.cols();
    EarlyStop result;
    result.classes.resize(B);
    result.layers.assign(static_cast<std::size_t>(B), L);
    parallel_for((B + tile_width - 1) / tile_width, options.threads, [&](Index tile) {
        const Index first = tile * tile_width;
        Index count = std::min(tile_width, B - first);
        std::vector<Index> sample(static_cast<std::size_t>(count));
        for (Index j = 0; j < count; ++j) {
            sample[static_cast<std::size_t>(j)] = first + j;
        }
        Matrix x = initial_activity(network, inputs.middleCols(first, count));
        Matrix u(network.hidden_width(), count);
        Matrix before(network.hidden_width(), count);
        Matrix y(network.hidden_width(), count);
        for (Index n = 0; n <= L && count > 0; ++n) {
            if (n > 0) {
                const ResidualBlock& block = network.block(n - 1);
                std::swap(u, before);
                u.leftCols(count).noalias() = block.W * x.leftCols(count);
                u.leftCols(count).colwise() += block.b;
                activate_batch(network.activation, u.leftCols(count), y.leftCols(count));
                if (block.A) {
                    x.leftCols(count).noalias() += network.step * (*block.A * y.leftCols(count));
                } else {
                    x.leftCols(count) += network.step * y.leftCols(count);
                }
            }
            const Matrix logits = network.readout(x.leftCols(count));
            std::optional<BoxBounds> box;
            if (proofs.box && n >= 1 && n < L) {
                box = proofs.box->bounds(u.leftCols(count), logits, L - n, 1);
            }
            const TailStart start =
                proofs.tail && n >= 2 && n < L
                    ? TailStart{before.leftCols(count), u.leftCols(count), logits}
                    : TailStart{};
            // Inputs that go on move to the front, in their order.
            Index kept = 0;
            for (Index j = 0; j < count; ++j) {
                const Leader leader = leader_of(logits.col(j));
                const bool stops =
                    n == L || (proofs.cube && proofs.cube->keeps(n, leader, logits.col(j))) ||
                    (start.last.size() > 0 && proofs.tail->keeps_lead(start, j, L - n)) ||
                    (box && all_positive(box->lead.col(j)));
                const Index number = sample[static_cast<std::size_t>(j)];
                if (stops) {
                    result.classes[number] = static_cast<int>(leader.first);
                    result.layers[static_cast<std::size_t>(number)] = n;
                    continue;
                }
                if (kept != j) {
                    x.col(kept) = x.col(j);
                    u.col(kept) = u.col(j);
                    sample[static_cast<std::size_t>(kept)] = number;
                }
                ++kept;
            }
            count = kept;
        }
    });
    for (const Index n : result.layers) {
        result.layer_runs += n;
    }
    return result;
}

}  // namespace resdyn
