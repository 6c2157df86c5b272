// The record of a training, epoch by epoch.
#include <algorithm>
#include <cmath>

#include "figures.hpp"

namespace resdyn::figures {

namespace {

/// A column of the record under the name it has there, and what the legend calls it.
struct Curve {
    std::string column;
    std::string legend;
};

/// The curves that have numbers; on a logarithmic axis those that are not positive are left out.
Panel panel_of(const std::vector<EpochRecord>& record, const std::string& label, bool log,
               const std::vector<Curve>& curves) {
    Panel panel;
    panel.x = {"epoch"};
    if (record.size() > 1) {
        const auto span = static_cast<double>(record.back().epoch - record.front().epoch);
        panel.x.step = std::max(1.0, tick_step(span));
    }
    panel.y = {.label = label, .log = log};
    panel.legend = Legend::Above;
    for (const Curve& curve : curves) {
        const auto& names = record_columns();
        const auto at = std::find(names.begin(), names.end(), curve.column) - names.begin();
        Column epochs{"epoch", {}};
        Column values{"value", {}};
        bool any = false;
        for (const EpochRecord& line : record) {
            const double value = to_numbers(line)[static_cast<std::size_t>(at)];
            const bool finite = std::isfinite(value);
            any = any || (finite && (!log || value > 0));
            epochs.values.push_back(static_cast<double>(line.epoch));
            values.values.push_back(finite ? value : std::numeric_limits<double>::quiet_NaN());
        }
        if (any) {
            const Style style{.colour = palette_colour(static_cast<Index>(panel.series.size()))};
            panel.series.push_back(
                {Mark::Line, curve.column, curve.legend, {epochs, values}, style});
        }
    }
    return panel;
}

}  // namespace

Figure training_figure(const std::vector<EpochRecord>& record) {
    Figure figure;
    figure.id = "training";
    figure.title = "Training, epoch by epoch";
    figure.section = Section::Training;
    figure.caption =
        "Cross-entropy, accuracies, norms of gradient (before clipping) and weights, the settle "
        "measure |y_{L-1} - y_{L-2}| over the training sample, and the energy that the layers put "
        "in: "
        "work of the flow, and what Euler's steps add. Epoch 0 is the state before training.";
    figure.width = 960;
    figure.height = 900;
    figure.panels_per_row = 2;
    const std::vector<Panel> panels = {
        panel_of(record, "loss", true, {{"loss", "training"}, {"held_out_loss", "held out"}}),
        panel_of(record, "accuracy", false,
                 {{"train_accuracy", "training"},
                  {"held_out_accuracy", "held out"},
                  {"test_accuracy", "test"}}),
        panel_of(record, "gradient norm", true, {{"gradient_norm", "mean over the batches"}}),
        panel_of(record, "weight norm", false, {{"weight_norm", "Frobenius, all blocks"}}),
        panel_of(record, "settle measure", true,
                 {{"settle_mean", "mean"}, {"settle_q95", "95 %"}, {"settle_max", "max"}}),
        panel_of(
            record, "energy", false,
            {{"energy_work", "work of the flow"}, {"energy_injection", "added by the steps"}})};
    const bool adjusts = std::any_of(record.begin(), record.end(), [](const EpochRecord& line) {
        return std::isfinite(line.criterion);
    });
    if (adjusts) {
        figure.height = 1200;
        figure.caption +=
            " The depth adjusts itself: L by epoch, and r_L in the norm and reduction of the rule.";
        figure.panels = {panel_of(record, "depth L", false, {{"depth", "layers"}}),
                         panel_of(record, "criterion r_L", true, {{"criterion", "r_L"}})};
    }
    for (const Panel& panel : panels) {
        if (!panel.series.empty()) {
            figure.panels.push_back(panel);
        }
    }
    return figure;
}

}  // namespace resdyn::figures
