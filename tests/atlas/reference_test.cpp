// The atlas against complete lists from an independent program in exact arithmetic.
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include <resdyn/atlas/atlas.hpp>

using namespace resdyn;

BOOST_AUTO_TEST_SUITE(reference_)

BOOST_AUTO_TEST_CASE(every_reference_system_is_reproduced) {
    std::ifstream file(RESDYN_TEST_DATA "/equilibria.json");
    const nlohmann::json systems = nlohmann::json::parse(file);
    BOOST_REQUIRE_EQUAL(systems.size(), 10U);
    for (const auto& expected : systems) {
        BOOST_TEST_CONTEXT(expected["name"].get<std::string>()) {
            const auto rows = expected["W"].get<std::vector<std::vector<double>>>();
            const auto n = static_cast<Index>(rows.size());
            Matrix W(n, n);
            for (Index i = 0; i < n; ++i) {
                for (Index j = 0; j < n; ++j) {
                    W(i, j) = rows[static_cast<std::size_t>(i)][static_cast<std::size_t>(j)];
                }
            }
            const auto activation =
                activation_from_name(expected["activation"].get<std::string>()).value();
            const Atlas atlas = equilibrium_atlas(ResidualSystem(W, activation));

            BOOST_TEST(atlas.complete);
            BOOST_TEST(atlas.counts.total == expected["count"].get<Index>());
            BOOST_TEST(atlas.singular_patterns == expected["singular_faces"].get<Index>());
            BOOST_REQUIRE_EQUAL(atlas.equilibria.size(), expected["equilibria"].size());
            std::map<std::string, const Equilibrium*> by_pattern;
            for (const Equilibrium& equilibrium : atlas.equilibria) {
                by_pattern[to_string(equilibrium.pattern)] = &equilibrium;
            }
            for (const auto& e : expected["equilibria"]) {
                const auto found = by_pattern.find(e["pattern"].get<std::string>());
                BOOST_REQUIRE(found != by_pattern.end());
                const Equilibrium& equilibrium = *found->second;
                BOOST_TEST_CONTEXT(found->first) {
                    BOOST_TEST(equilibrium.proved);
                    const auto y = e["y"].get<std::vector<double>>();
                    for (Index i = 0; i < n; ++i) {
                        BOOST_TEST(std::abs(equilibrium.y[i] - y[static_cast<std::size_t>(i)]) <=
                                   1e-12);
                    }
                    const auto values =
                        e["flow_eigenvalues"].get<std::vector<std::pair<double, double>>>();
                    BOOST_REQUIRE_EQUAL(equilibrium.flow_eigenvalues.size(), values.size());
                    for (std::size_t k = 0; k < values.size(); ++k) {
                        const Complex reference(values[k].first, values[k].second);
                        BOOST_TEST(std::abs(equilibrium.flow_eigenvalues[k] - reference) <= 1e-9);
                    }
                    BOOST_TEST(equilibrium.spectrum.unstable ==
                               e["unstable_dimension"].get<Index>());
                    // Free blocks of isolated equilibria have no zero eigenvalue.
                    BOOST_TEST(equilibrium.spectrum.zero ==
                               e["exact_zero_saturated_eigenvalues"].get<Index>());
                }
            }
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
