#include <boost/test/unit_test.hpp>

#include <resdyn/core/random.hpp>
#include <resdyn/model/systems.hpp>
#include <resdyn/stable/certificate.hpp>

#include "numerics/exact.hpp"
#include "support/refusal.hpp"

using namespace resdyn;

BOOST_AUTO_TEST_SUITE(certificate_)

BOOST_AUTO_TEST_CASE(points_solve_their_equations_and_round_to_the_listed_doubles) {
    Random random(9);
    for (const Activation f : {Activation::Logistic, Activation::Tanh}) {
        const Matrix W = random.normal_matrix(5, 5, 1.0);
        const ResidualSystem system(W, f);
        const exact::IntegerMatrix whole = exact::binary_matrix(W).entries;
        const Certificate c = certify(system, equilibrium_atlas(system), Listing::All);
        BOOST_TEST((c.claim == CertificateClaim::Complete));
        for (const CertifiedEquilibrium& item : c.equilibria) {
            for (Index i = 0; i < 5; ++i) {
                const auto k = static_cast<std::size_t>(i);
                BOOST_TEST(exact::quotient(exact::Integer(item.y.numerators[k]),
                                           exact::Integer(item.y.denominator)) == item.claim.y[i]);
                exact::Integer rate = 0;
                for (Index j = 0; j < 5; ++j) {
                    rate += whole(i, j) *
                            exact::Integer(item.y.numerators[static_cast<std::size_t>(j)]);
                }
                if (item.claim.pattern[i] == UnitState::Free) {
                    BOOST_TEST(rate.sign() == 0);
                    BOOST_TEST(item.saturated_signs[k] == 0);
                } else {
                    const int away = item.claim.pattern[i] == UnitState::Low ? 1 : -1;
                    BOOST_TEST(item.saturated_signs[k] == away * rate.sign());
                }
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(continua_carry_a_point_of_their_own) {
    const NamedSystem& named = named_system("competing-zero-diagonal");
    const ResidualSystem system(named.W, named.activation);
    const Certificate c = certify(system, equilibrium_atlas(system), Listing::All);
    BOOST_REQUIRE_EQUAL(c.continua.size(), 2U);
    for (const CertifiedContinuum& item : c.continua) {
        const Index free = item.pattern.free_units().front();
        const exact::Integer n(item.point.numerators[static_cast<std::size_t>(free)]);
        BOOST_TEST((n > 0 && n < exact::Integer(item.point.denominator)));
    }
}

BOOST_AUTO_TEST_CASE(what_was_not_proved_is_left_out_and_counted) {
    const ResidualSystem system(Matrix{{1.0, -2.0}, {-2.0, 1.0}}, Activation::Logistic);
    std::vector<Equilibrium> found = equilibrium_atlas(system).equilibria;
    found[1].proved = false;
    const Certificate c = certify(system, found);
    BOOST_TEST((c.claim == CertificateClaim::Listed));
    BOOST_TEST((certify(system, found, CertificateClaim::StableComplete).claim ==
                CertificateClaim::Listed));  // an omitted item may be what completes the list
    BOOST_TEST(c.omitted == 1);
    BOOST_TEST(c.equilibria.size() == 3U);
    BOOST_TEST(c.counts.total == 3);
    BOOST_TEST(c.counts.stable == 1);
}

BOOST_AUTO_TEST_CASE(a_list_that_was_cut_short_claims_nothing_beyond_it) {
    const ResidualSystem system(Random(4).normal_matrix(4, 4, 1.0), Activation::Tanh);
    const Atlas atlas = equilibrium_atlas(system, {.max_listed = 3});
    BOOST_TEST(atlas.complete);
    const Certificate c = certify(system, atlas, Listing::All);
    BOOST_TEST((c.claim == CertificateClaim::Listed));
    BOOST_TEST(c.counts.total == 3);
    BOOST_TEST(test::says(
        test::refusal([&] { certify(system, atlas.equilibria, CertificateClaim::Complete); }),
        "expected an atlas", "got a list"));
}

BOOST_AUTO_TEST_CASE(an_atlas_of_another_system_is_contradicted) {
    const Atlas atlas =
        equilibrium_atlas(ResidualSystem(Matrix{{0.0, 1.0}, {-1.0, 0.0}}, Activation::Tanh));
    BOOST_CHECK_THROW(
        certify(ResidualSystem(Matrix::Ones(2, 2), Activation::Tanh), atlas, Listing::All),
        std::logic_error);
    BOOST_TEST(test::says(test::refusal([] {
                              certify(ResidualSystem(Matrix::Ones(2, 2), Activation::ReLU),
                                      std::vector<Equilibrium>());
                          }),
                          "expected a bounded activation", "got relu"));
}

BOOST_AUTO_TEST_SUITE_END()
