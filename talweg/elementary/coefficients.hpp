// Made by tools/elementary_coefficients.py: polynomials, lowest coefficient first, each with what it approximates,
// where, and the error that the rounded coefficients leave.
#pragma once
#include <cstdint>

namespace talweg::elementary::coefficients {

/// 1/ln 2
inline constexpr double inverse_ln2 = 0x1.71547652b82fep+0;
/// ln 2 = the sum; n·ln2[0] is exact for |n| <= 2^11
inline constexpr double ln2[] = {0x1.62e42fefa3800p-1, 0x1.ef35793c76730p-45};
/// ln 2
inline constexpr double ln2_whole = 0x1.62e42fefa39efp-1;
/// ln 2 = the sum, the first of 26 bits
inline constexpr double ln2_pair[] = {0x1.62e4300000000p-1, -0x1.05c610ca86c39p-29};
/// 1/ln 2 = the sum, the first of 26 bits
inline constexpr double log2_e[] = {0x1.7154768000000p+0, -0x1.6a3e80f444178p-27};
/// 1/ln 10 = the sum, the first of 26 bits
inline constexpr double log10_e[] = {0x1.bcb7b18000000p-2, -0x1.6c8d78e6acaa4p-29};
/// log10 2 = the sum; n·log10_2[0] is exact for |n| <= 2^11
inline constexpr double log10_2[] = {0x1.34413509f7800p-2, 0x1.fef311f12b358p-46};
/// 2/(3·ln 2) = the sum, the first of 26 bits
inline constexpr double two_thirds_log2_e[] = {0x1.ec709e0000000p-1, -0x1.e2fe0145b01f5p-28};
/// log2 1.5 = the sum, the first of 40 bits
inline constexpr double log2_1_5[] = {0x1.2b803473f8000p-1, -0x1.4bc302ffa76fbp-43};
/// 2/π
inline constexpr double two_over_pi = 0x1.45f306dc9c883p-1;
/// π/2 = the sum, all but the last of 33 bits: products with whole numbers below 2^20 are exact
inline constexpr double half_pi_parts[] = {0x1.921fb54400000p+0, 0x1.0b4611a600000p-34, 0x1.3198a2e000000p-69,
                                           0x1.b839a252049c1p-104};
/// π/2 = the sum
inline constexpr double half_pi[] = {0x1.921fb54442d18p+0, 0x1.1a62633145c07p-54};
/// π/4 = the sum
inline constexpr double quarter_pi[] = {0x1.921fb54442d18p-1, 0x1.1a62633145c07p-55};
inline constexpr double erf_centre = 0x1.2000000000000p+0;
/// erf of it = the sum
inline constexpr double erf_at_centre[] = {0x1.c6dad2829ec62p-1, -0x1.ab76d4cba3d05p-57};
inline constexpr double erfc_shift = 0x1.0000000000000p+1;
inline constexpr double erfc_middle = 0x1.c000000000000p-3;
/// ∛2, ∛4
inline constexpr double cbrt_of_2[] = {0x1.428a2f98d728bp+0, 0x1.965fea53d6e3dp+0};

/// (e^r - 1 - r - r²/2) / r³, |r| <= ln 2 / 2; error 2^-63.48 of e^r
inline constexpr double exp_rest[] = {
    0x1.555555555555cp-3,  0x1.5555555555541p-5,  0x1.111111110ea06p-7,  0x1.6c16c16c1fa9dp-10, 0x1.a01a01b43e0efp-13,
    0x1.a01a0176e937cp-16, 0x1.71ddee867a44ep-19, 0x1.27e540c3e9a90p-22, 0x1.af6e5b2b81035p-26, 0x1.1ed986d1f5259p-29};
/// (2·artanh s - 2s) / s³ in z = s², |s| <= (√2 - 1)/(√2 + 1); error 2^-66.57 of 2·artanh s
inline constexpr double log_rest[] = {0x1.5555555555555p-1, 0x1.9999999999d0ap-2, 0x1.249249243a361p-2,
                                      0x1.c71c724a82c6fp-3, 0x1.745ce20ffd0bcp-3, 0x1.3b2018a521d73p-3,
                                      0x1.0f68463bb8667p-3, 0x1.0f05040883d52p-3};
/// (3·artanh s / s - 3 - z) / z² in z = s², |s| <= (√1.5 - 1)/(√1.5 + 1); error 2^-78.09 of artanh s
inline constexpr double power_rest[] = {0x1.3333333333333p-1, 0x1.b6db6db6db7ffp-2, 0x1.5555555550aecp-2,
                                        0x1.1745d1540d358p-2, 0x1.d89de1965f97ep-3, 0x1.9968e3ebfba04p-3,
                                        0x1.7618b3013ab16p-3};
/// (sin r - r) / r³ in z = r², |r| <= π/4; error 2^-62.89 of sin r
inline constexpr double sin_rest[] = {-0x1.5555555555555p-3, 0x1.1111111111089p-7,   -0x1.a01a01a0065cep-13,
                                      0x1.71de3a3f693fcp-19, -0x1.ae643c587f7d4p-26, 0x1.61141084bfa3bp-33,
                                      -0x1.a513e1a024d1ap-41};
/// (cos r - 1 + r²/2) / r⁴ in z = r², |r| <= π/4; error 2^-68.69 of 1
inline constexpr double cos_rest[] = {0x1.5555555555555p-5,   -0x1.6c16c16c16b45p-10, 0x1.a01a01a00120ep-16,
                                      -0x1.27e4fb5fbeeddp-22, 0x1.1eed765c9bf35p-29,  -0x1.937c6849a4325p-37,
                                      0x1.a16116c2677f8p-45};
/// (atan r - r) / r³ in z = r², |r| <= √2 - 1; error 2^-63.76 of atan r
inline constexpr double atan_rest[] = {-0x1.5555555555554p-2, 0x1.99999999995bcp-3,  -0x1.2492492471fb3p-3,
                                       0x1.c71c71b5e75aep-4,  -0x1.745d148f016b4p-4, 0x1.3b136ae1cc8b7p-4,
                                       -0x1.110c478ab4619p-4, 0x1.e16f050dbdfeep-5,  -0x1.ab6c0b3eb306fp-5,
                                       0x1.70ac22b3f75eap-5,  -0x1.11ab92fd47ef9p-5, 0x1.efd749fcbb810p-7};
/// (asin x - x) / x³ in z = x², |x| <= 1/2; error 2^-63.68 of asin x
inline constexpr double asin_rest[] = {
    0x1.5555555555553p-3,  0x1.33333333339d7p-4, 0x1.6db6db6d4dba5p-5,  0x1.f1c71ca62329bp-6, 0x1.6e8b9b3481269p-6,
    0x1.1c4f80135ad8dp-6,  0x1.c9817886701dep-7, 0x1.7b9e67cfb9ea2p-7,  0x1.36eaf7c896752p-7, 0x1.47480ce0dce89p-7,
    0x1.8bdbc107ad8a5p-11, 0x1.9429a76996149p-6, -0x1.a91e63c319ddcp-6, 0x1.12aa0f89cfaa7p-5};
/// (sinh x - x) / x³ in z = x², |x| <= 1; error 2^-62.54 of sinh x
inline constexpr double sinh_rest[] = {0x1.5555555555555p-3,  0x1.111111111117cp-7,  0x1.a01a01a00dbafp-13,
                                       0x1.71de3a609a725p-19, 0x1.ae644b4bc34dcp-26, 0x1.612aab540f0a1p-33,
                                       0x1.aac7adbc70edcp-41, 0x1.3e9107333b361p-48};
/// erf x / x - 1 in z = x², |x| <= 3/4; error 2^-56.12 of erf x
inline constexpr double erf_rest[] = {0x1.06eba8214db69p-3,   -0x1.812746b037a00p-2,  0x1.ce2f21a0437e5p-4,
                                      -0x1.b82ce312abdd6p-6,  0x1.565bcd103b4c7p-8,   -0x1.c02db378ce3d9p-11,
                                      0x1.f9a2f3fd98931p-14,  -0x1.f4cacb9510b1ep-17, 0x1.b9467d5546382p-20,
                                      -0x1.57afc6ef1070fp-23, 0x1.91a7a4fed25cdp-27};
/// (erf x - erf c) / (x - c) in d = x - c, c = erf_centre, 3/4 <= x <= 3/2; error 2^-60.13 of 1
inline constexpr double erf_slope[] = {
    0x1.45e99bcbb7915p-2,   -0x1.6ea6cf452e838p-2, 0x1.4cb3cf0aa0ce0p-3,   0x1.ca5083167a0dap-6,
    -0x1.f65d15f1f2290p-5,  0x1.fd1c6c12000d5p-7,  0x1.3acc785b6d7c5p-7,   -0x1.8b43c44570756p-8,
    -0x1.79b09a982e9c2p-12, 0x1.2e52789001451p-10, -0x1.7311b5670fd95p-13, -0x1.28df84aceb293p-13,
    0x1.9dd9274c10791p-15,  0x1.6819d9508831cp-17, -0x1.e514731c5156dp-18, -0x1.d027382137d60p-23};
/// e^(x²)·erfc x in u = 1/(x + erfc_shift) - erfc_middle, 3/2 <= x <= 6; error 2^-58.21 of 1, in erf x
inline constexpr double erfc_factor[] = {0x1.a51c36ded2ecep-3,  0x1.7b538c281a3f0p+0, 0x1.b33fd9e894cf1p+1,
                                         0x1.378ad446b15c0p+2,  0x1.00f7faf249595p+1, -0x1.8c80fee61dd22p+2,
                                         -0x1.b29627d603b01p+2, 0x1.b68d2c5c74522p+3, 0x1.07a2156a830d8p+4,
                                         -0x1.9c141b5f4001ap+5, 0x1.455a9410cf95dp+4};
/// ∛m, 1 <= m <= 2; error 2^-16.55 of ∛m
inline constexpr double cbrt_guess[] = {0x1.03fa5b8a9cf7fp-1, 0x1.6e8b8fda433d4p-1, -0x1.316cd55992a59p-2,
                                        0x1.5c429f96d1c1dp-4, -0x1.559d89b229968p-7};

/// The bits of 2/π behind the point.
inline constexpr std::uint64_t two_over_pi_bits[] = {
    0xa2f9836e4e441529, 0xfc2757d1f534ddc0, 0xdb6295993c439041, 0xfe5163abdebbc561, 0xb7246e3a424dd2e0,
    0x6492eea09d1921c,  0xfe1deb1cb129a73e, 0xe88235f52ebb4484, 0xe99c7026b45f7e41, 0x3991d639835339f4,
    0x9c845f8bbdf9283b, 0x1ff897ffde05980f, 0xef2f118b5a0a6d1f, 0x6d367ecf27cb09b7, 0x4f463f669e5fea2d,
    0x7527bac7ebe5f17b, 0x3d0739f78a5292ea, 0x6bfb5fb11f8d5d08, 0x56033046fc7b6bab, 0xf0cfbc209af4361d};

}  // namespace talweg::elementary::coefficients
