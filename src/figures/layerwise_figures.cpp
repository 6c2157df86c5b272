#include "layerwise_figures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "bifurcation_figures.hpp"
#include "layerwise_parts.hpp"

namespace resdyn::figures {

namespace {

constexpr int classes_named = 3;  ///< in the legend of the branches over the depth.

Figure spectra_figure(const std::vector<FrozenLayer>& layers) {
    Figure figure = layerwise_figure(
        "layer-spectra", "Spectra of the frozen layers",
        "Of every layer's residual matrix W: the leading eigenvalues by real part (dots), its "
        "spectral radius and its largest singular value.");
    Panel panel;
    panel.x = layer_axis(layers.size());
    panel.y = {.label = "eigenvalue (real part), modulus"};
    panel.legend = Legend::Above;
    Series dots{Mark::Points,
                "leading eigenvalues, real part",
                "leading eigenvalues, real part",
                {{"layer", {}}, {"value", {}}},
                {.colour = palette_colour(0), .size = 0.8}};
    for (const FrozenLayer& layer : layers) {
        for (const Complex& value : layer.leading.values) {
            dots.columns[0].values.push_back(static_cast<double>(layer.layer));
            dots.columns[1].values.push_back(value.real());
        }
    }
    const auto line = [&](const std::string& name, const std::vector<double>& values,
                          Index colour) {
        panel.series.push_back(
            {Mark::Line,
             name,
             name,
             {{"layer", counting(0, static_cast<Index>(layers.size()))}, {"value", values}},
             {.colour = palette_colour(colour), .dash = 2}});
    };
    panel.series.push_back(std::move(dots));
    line("spectral radius",
         values_of(layers,
                   [](const FrozenLayer& l) {
                       return l.spectral_radius < 0 ? std::nan("") : l.spectral_radius;
                   }),
         1);
    line("largest singular value",
         values_of(layers, [](const FrozenLayer& l) { return l.largest_singular_value; }), 2);
    figure.panels = {panel};
    return figure;
}

Figure pairs_figure(const std::vector<FrozenLayer>& layers) {
    Figure figure = layerwise_figure(
        "layer-pairs", "Pair types by layer",
        "Share of the pairs of units by type (signs of w_ij and w_ji), every layer "
        "frozen.");
    Panel types;
    types.x = layer_axis(layers.size());
    types.y = {.label = "share of pairs", .from = 0.0, .to = 1.0};
    types.legend = Legend::Above;
    Stack stack(layers.size());
    for (std::size_t k = 0; k < pair_types.size(); ++k) {
        const auto shares = values_of(layers, [k](const FrozenLayer& layer) {
            Index all = 0;
            for (const PairTally& tally : layer.pairs) {
                all += tally.count;
            }
            return all > 0 ? static_cast<double>(layer.pairs[k].count) / static_cast<double>(all)
                           : 0.0;
        });
        if (*std::max_element(shares.begin(), shares.end()) > 0) {
            stack.add(types, std::string(to_string(pair_types[k])), shares,
                      palette_colour(static_cast<Index>(k)));
        }
    }
    figure.panels = {types};
    return figure;
}

Figure change_figure(const std::vector<LayerChange>& neighbours) {
    Figure figure = layerwise_figure(
        "layer-sign-changes", "What changes sign between neighbouring layers",
        "Share of the entries of W that change sign from layer n to n + 1, of their weight, of the "
        "pairs that change their type, and of the units in the same of two camps.");
    Panel changes;
    changes.x = layer_axis(neighbours.size(), "from layer n to n + 1");
    changes.y = {.label = "share", .from = 0.0, .to = 1.0};
    changes.legend = Legend::Above;
    const auto line = [&](const std::string& name, auto value, Index colour) {
        const std::vector<double> n = counting(0, static_cast<Index>(neighbours.size()));
        const std::vector<double> values = values_of(neighbours, value);
        const std::string paint = palette_colour(colour);
        changes.series.push_back(
            {Mark::Line, name, name, {{"layer", n}, {"share", values}}, {.colour = paint}});
        changes.series.push_back(
            {Mark::Points, name, "", {{"layer", n}, {"share", values}}, {.colour = paint}});
    };
    const auto ratio = [](Index a, Index b) {
        return b > 0 ? static_cast<double>(a) / static_cast<double>(b) : 0.0;
    };
    line(
        "entries of other sign",
        [&](const LayerChange& c) { return ratio(c.signs.changed_entries, c.signs.entries); }, 0);
    line(
        "of their weight", [](const LayerChange& c) { return c.signs.changed_weight; }, 1);
    line(
        "pairs of other type",
        [&](const LayerChange& c) { return ratio(c.signs.pairs_of_other_type, c.signs.pairs); }, 2);
    line(
        "units in the same camp", [](const LayerChange& c) { return c.camp_overlap; }, 3);
    figure.panels = {changes};
    return figure;
}

Figure rest_figure(const std::vector<FrozenLayer>& layers) {
    const Index inputs = layers.front().rest->inputs;
    Figure figure = layerwise_figure(
        "layer-rest", "Where inputs would end if the network stayed in a layer",
        fmt::format("Of {} inputs, brought to layer n by the layers before it and then kept in it "
                    "(frozen): shares that settle at an equilibrium, come to rest on a continuum, "
                    "are slow, still move, or overflow.",
                    inputs));
    Panel panel;
    panel.x = layer_axis(layers.size());
    panel.y = {.label = "share of inputs", .from = 0.0, .to = 1.0};
    panel.legend = Legend::Above;
    Stack stack(layers.size());
    const auto add = [&](const std::string& name, Index FrozenRest::*member, Index colour) {
        const auto shares = values_of(layers, [&](const FrozenLayer& layer) {
            return static_cast<double>((*layer.rest).*member) / static_cast<double>(inputs);
        });
        if (*std::max_element(shares.begin(), shares.end()) > 0) {
            stack.add(panel, name, shares, palette_colour(colour));
        }
    };
    add("settled", &FrozenRest::settled, 2);
    add("on a continuum", &FrozenRest::on_continuum, 3);
    add("slow", &FrozenRest::slow, 4);
    add("unsettled", &FrozenRest::unsettled, 1);
    add("not finite", &FrozenRest::not_finite, 5);
    figure.panels = {panel};
    return figure;
}

}  // namespace

std::vector<Figure> growth_figures(const FiniteTimeExponents& exponents) {
    Figure growth = layerwise_figure(
        "growth", "What the layers stretch, one by one and together",
        fmt::format(
            "Above: largest singular value of the Jacobian I + h A D W of every layer. Below: "
            "finite-time Lyapunov exponent of all layers up to it, and the bound that the layers "
            "give one by one: far apart where neighbouring layers stretch different directions. "
            "Means ± one standard error over {} trajectories.",
            exponents.inputs));
    growth.height = 640;
    growth.margins =
        Margins{.left = 0.12, .right = 0.97, .bottom = 0.11, .top = 0.97, .between_y = 0.14};
    Panel stretch;
    stretch.x = layer_axis(exponents.layers.size(), "");
    stretch.y = {.label = "stretch of the layer"};
    stretch.legend = Legend::None;
    add_means(
        stretch, "stretch", exponents.layers, [](const LayerGrowth& g) { return g.stretch; }, 0);
    Panel together;
    together.x = layer_axis(exponents.layers.size(), "up to the end of layer n");
    together.y = {.label = "exponent"};
    together.legend = Legend::TopRight;
    add_means(
        together, "bound, layer by layer", exponents.layers,
        [](const LayerGrowth& g) { return g.bound; }, 1, 2);
    add_means(
        together, "finite-time exponent", exponents.layers,
        [](const LayerGrowth& g) { return g.exponent; }, 0);
    growth.panels = {stretch, together};
    std::vector<Figure> figures = {growth};
    if (exponents.resolved < 2) {
        return figures;
    }
    Figure spectrum = layerwise_figure(
        "exponents", "Finite-time Lyapunov exponents",
        fmt::format("Of x_0 to x_L, T = {:.4g}, in decreasing order; means over {} trajectories "
                    "(standard errors in exponents.csv). {:.1f} ± {:.1f} lie above 0.",
                    exponents.time, exponents.inputs, exponents.expanding.mean,
                    exponents.expanding.standard_error));
    const auto count = static_cast<std::size_t>(exponents.resolved);
    std::vector<double> value;
    for (std::size_t k = 0; k < count; ++k) {
        value.push_back(exponents.exponents[k].mean);
    }
    const double end = static_cast<double>(count) - 0.5;
    Panel panel;
    panel.x = {"index k", -0.5, end};
    panel.y = {.label = "exponent"};
    panel.legend = Legend::None;
    panel.series = {{Mark::Line,
                     "zero",
                     "",
                     {{"index", {-0.5, end}}, {"value", {0.0, 0.0}}},
                     {.colour = "#888888", .width = 1.0}},
                    {Mark::Points,
                     "exponents",
                     "",
                     {{"index", counting(0, static_cast<Index>(count))}, {"value", value}},
                     {.colour = palette_colour(0), .size = count > 100 ? 0.45 : 0.9}}};
    spectrum.panels = {panel};
    figures.push_back(spectrum);
    return figures;
}

std::vector<Figure> layerwise_figures(const LayerwiseAnalysis& analysis, ImageShape shape) {
    std::vector<Figure> figures;
    const auto append = [&figures](std::vector<Figure> more) {
        figures.insert(figures.end(), more.begin(), more.end());
    };
    if (analysis.split) {
        append(split_figures(*analysis.split, shape));
    }
    figures.push_back(spectra_figure(analysis.layers));
    if (analysis.exponents) {
        append(growth_figures(*analysis.exponents));
    }
    figures.push_back(pairs_figure(analysis.layers));
    if (!analysis.changes.empty()) {
        figures.push_back(change_figure(analysis.changes));
    }
    if (analysis.layers.front().rest) {
        figures.push_back(rest_figure(analysis.layers));
    }
    if (analysis.history && !analysis.history->two_matrices) {
        figures.push_back(layer_history_figure(*analysis.history));
    }
    return figures;
}

Figure refinement_figure(const FlowFidelity& fidelity) {
    Figure figure = layerwise_figure(
        "refinement", "What the network decides as its step is halved",
        fmt::format("Share of {} inputs that the network with its step halved k times puts into "
                    "the same class as the network itself, and, with labels, into the right one; "
                    "bars: ± one standard error.{}",
                    fidelity.followed,
                    fidelity.flow_accuracy ? fmt::format(" The ODE is right for {:.4f} ± {:.4f}.",
                                                         fidelity.flow_accuracy->value,
                                                         fidelity.flow_accuracy->standard_error)
                                           : std::string()));
    figure.section = Section::Discretisation;
    Panel panel;
    panel.x = layer_axis(fidelity.refinements.size(), "halvings k");
    panel.y = {"share of inputs"};
    panel.legend = Legend::Above;
    const auto of = [](std::optional<Proportion> RefinedNetwork::*member) {
        return [member](const RefinedNetwork& one) {
            const std::optional<Proportion>& share = one.*member;
            return share ? MeanWithError{share->value, share->standard_error}
                         : MeanWithError{std::nan(""), std::nan("")};
        };
    };
    add_means(panel, "same class as the network", fidelity.refinements,
              of(&RefinedNetwork::agreement), 0);
    if (fidelity.network_accuracy) {
        add_means(panel, "right class", fidelity.refinements, of(&RefinedNetwork::accuracy), 1, 2);
    }
    for (Series& series : panel.series) {
        series.columns[0].name = "halvings";
    }
    figure.panels = {panel};
    return figure;
}

Figure layer_branch_figure(const LayerBranches& branches) {
    const BranchStudy& study = branches.study;
    Figure figure = bifurcation_figure(study.diagram, study.rows, study.continua,
                                       "depth  (layer n, between: weights on the straight line)");
    figure.title = "Equilibria of the frozen layers over the depth";
    if (!branches.residuals) {
        return figure;
    }
    const LayerResiduals& residuals = *branches.residuals;
    const Index N = residuals.y.front().rows();
    const int classes = residuals.labels.size() > 0 ? residuals.labels.maxCoeff() + 1 : 0;
    for (std::size_t p = 0; p < figure.panels.size(); ++p) {
        Panel& panel = figure.panels[p];
        // As bifurcation_figure: a panel a component, or one of the norm.
        const bool is_norm = static_cast<Index>(figure.panels.size()) != N;
        for (int c = 0; c < classes; ++c) {
            Series series{Mark::Line,
                          fmt::format("residuals, class {}", c),
                          classes <= classes_named ? fmt::format("residuals of data, class {}", c)
                          : c == 0 ? std::string("residuals of data, coloured by class")
                                   : std::string(),
                          {{"alpha", {}}, {"y", {}}},
                          {.colour = class_colour(c), .width = 1.0, .opacity = 0.55}};
            for (Index s = 0; s < residuals.labels.size(); ++s) {
                if (residuals.labels[s] != c) {
                    continue;
                }
                for (std::size_t n = 0; n < residuals.y.size(); ++n) {
                    const auto y = residuals.y[n].col(s);
                    series.columns[0].values.push_back(static_cast<double>(n));
                    series.columns[1].values.push_back(is_norm ? y.norm()
                                                               : y[static_cast<Index>(p)]);
                }
                series.columns[0].values.push_back(std::nan(""));
                series.columns[1].values.push_back(std::nan(""));
            }
            if (!series.columns[0].values.empty()) {
                panel.series.push_back(std::move(series));
            }
        }
    }
    fit_to_legend(figure);
    figure.caption += fmt::format(
        " Thin lines: residuals y_n of {} inputs at the layers, by class; the network is in layer "
        "n "
        "for one step only.",
        residuals.labels.size());
    return figure;
}

}  // namespace resdyn::figures
