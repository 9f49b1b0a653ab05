"""The codes of engineering units (VUnit) that are known here, and what they are in our notation.

Grade C: the numbers of the PROFIBUS PA profile and IEC 61987 as remembered; a code that is not here is not judged.
"""

UNIT: dict[int, str] = {
    1000: "K",
    1001: "degC",
    1038: "L",
    1040: "mL",
    1054: "s",
    1058: "min",
    1059: "h",
    1060: "d",
    1088: "kg",
    1089: "g",
    1130: "Pa",
    1133: "kPa",
    1137: "bar",
    1138: "mbar",
    1342: "%",
}
