/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rsa_key.h - the lines of an RSA key of 1024 bits that protects nothing. */
#ifndef UNIT_RSA_KEY_H
#define UNIT_RSA_KEY_H

#define RSA_M \
	"\tModulus: 0xedb0c2e31291262eacaa0f326c4a750f88e2edcd8a4ab027a2b941bb304af475" \
	"e5de434cf17f90a9dfda69a660293890152e25668672df51d212815482aa9ffc" \
	"203afea81e29f45e2bb6dc42a320b8b4df7d2cbf3710b0b5c272493ed6fdbca8" \
	"fa2f3adb2b464db6ca0e3d62e548abed9c4e1d69fff47da4ab3c9b1b9b08251f\n"
#define RSA_E \
	"\tPublicExponent: 0x03\n"
#define RSA_D \
	"\tPrivateExponent: 0x9e75d7420c60c41f1dc6b4cc4831a35fb0974933b187201a6c7b812775874da3" \
	"ee942cddf6550b1bea919bc4401b7b0ab8c96e4459a1ea368c0c5638571c6aa6" \
	"cc8f1e47328c3fe6ddf8cbf53380aee567ad85914c65a59c3ca8724e5211fff0" \
	"aea37d51de88b8773fb26a9d2520317dddc34e1eff193d70a7dd4a7a874b58ab\n"
#define RSA_P \
	"\tPrime1: 0xf9e09d529f3567bfa7937aa6f842474ec213d3defafd367eafd1fae5600cc446" \
	"557632b64409a65dc1177c7d695f033a363ad2cafae6917747bb4305a483b581\n"
#define RSA_Q \
	"\tPrime2: 0xf383b3eab3222cc4372e2fabdd9d6b0e01e51086497b01ccb7a3a2e3fbd5f879" \
	"9ec3cc2a196f92a6296b20f9c4395e76996e55708668100467b5685e2b936a9f\n"
#define RSA_1 \
	"\tExponent1: 0xa695be3714ce452a6fb7a719fad6da3481628d3f51fe24547536a743955dd82e" \
	"e3a421ced8066ee92b64fda8f0ea0226ced1e1dca74460fa2fd22cae6dad23ab\n"
#define RSA_2 \
	"\tExponent2: 0xa257cd472216c882cf741fc7e9139cb401436059865201332517c1ed528ea5a6" \
	"69d7dd71664a61c41b9cc0a682d0e9a466498e4b04456002efce45941d0cf1bf\n"
#define RSA_C \
	"\tCoefficient: 0x26c8750dc28111e8b8a68747df2911788666c8cc390cd9559134aba30c7e5e22" \
	"d8fe369ec5979ba21d9d13c3513bd19ed4655a990bf8b8a49976fbfcfc802950\n"
#define RSA_C_COLUMN 15
#define RSA_PUBLIC \
	"0sAQPtsMLjEpEmLqyqDzJsSnUPiOLtzYpKsCeiuUG7MEr0deXeQ0zxf5Cp39pppmApOJAVLiVmhnLfUdISgVSCqp/8ID" \
	"r+qB4p9F4rttxCoyC4tN99LL83ELC1wnJJPtb9vKj6LzrbK0ZNtsoOPWLlSKvtnE4daf/0faSrPJsbmwglHw=="

#endif /* UNIT_RSA_KEY_H */
