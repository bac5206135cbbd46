"""September 2018 of the small office as the first version packed it: one report, and the table it was closed with."""

from base64 import b64decode

CONTENT = b64decode(
    "eJzdV1tP20gU/iuRpT5tqBw7hODf0bdVFRkyCRaObfmy2wohBVQghCQEidBS0nIrl+1uIdtlF0hg+TFknOSpf2HP2I7j2AkUbfZl"
    "eUD4XObMfOf7zgxz1E9I1QRZorhImJL4DKI4iqEjcXx9MWlWc1SY0nRe1bUECbE8Y/TkGB0BB5KSPjNLgzlpoAFWXdBFz9rm5h2u"
    "V/HlUfO2auaP8Ea+fXHYbDRwbrl9ctjeP4WUGcQnBSkNSffZfDDhPrvW2jkz91ZIWn4/mP8a8SrFkYJhioedpjx7YuIQMC2LRkbS"
    "KO7HOasYgnAK19fx+iV4ZwUpCd+SkZkCx3zYE2PXxeVi66TWi0zLvNgf52wXQleWe3E6r8364gp153y55dbZfudgGZ/f9BLkVEqY"
    "FvyLt1b/xJ8unGMXK83bYi9DhKBEEinQuQyS9P7EzlIRl3P+FM1QFFnVAfChifisYObK5tu/OtvlXiL0m5p/SeAWRfnnhCILkg6Y"
    "RugwpaKk+83Ct6DB2hlZ0nSV1y3S6aqBgBz8LJISvO5t0MQLhuWiMY4Zf05PsvDzA01ztEUlK3rqNcGgtNb6cGjuHoG5i5LdTyHp"
    "ZXRne7l1sma+K1kHIj7G9bW3dlr1g071o+tjXZ/57hz/UbOO1wNlUAG8vmFuXuPfswMK4OKveOHI6+sVwLslaLjXF+0Vr2y3F796"
    "feOur3m7jht1y/cybDGqb1eKrAm6q2qbwRxFREtImnCirL+D3m6Jq0b7eKFz8Mas7tqEt4eBlORV0ndcrQFvW5u7zfqJmW3g7A0+"
    "+Nip3MWf3WcXv78fsH0fWx/BFxIyvCD5EsA6kMGOjwwlHb0iDAuMqAgzxkbss+kGxFOwuKLKaRVpGphFIT1D8qbQDCE8GRsZRUQ2"
    "vDFgtcJPwxYnoHHolSLykkNtql2+xeUSzBNQTPtuB9ePQ5FoqHn1ubX9NxH64vW3m/dETW8v8OXX9t1KaCIaevbtpmDrLBSjQw6U"
    "oBsQDAJEUoAnCMbdHiCzWmxereIvh7C+04DnESdPRQQQEGG/tOIvaIaz1ORqSpBmkCpYJQhcgJTKU9zcfHcN+JtSIEJOBu4Hz7Tw"
    "9glmrqHPyIRZ5oeSbXdARta4mcoIOik4FHg/zvy0bsAQ5CRDFL8bAgibElFGsxsvwcESmo4U59vdxeMIqUg3VCmhIl6zuguiBEqk"
    "ZBV1dySrQlqQQEBdehGzZxz0RMl4RMl4Rcn4Rcn4REnA3Xpj1jZAdz45Fuq40OhsH5hbNfI7X8FLcPvctTZPn6THh+bjQ1odOO+e"
    "rtWHhe+RcQzYh+sV6H3wzRGz3xwurySZdJ1Xbbp1BS3D04dcXv1Mc9hlaTpC035R20r13oShSTqEP/1CdFt7b1Y/277HhevXp134"
    "cSHacU+gHuulHuuhHjsi6gHj4DK6zy5ASCe7h5d+w6XKeBzXT4Yxb+ANO5RaA6/L//4aGMyafusw5gRvA4cc5XOcPwWuBOb+KAhj"
    "P0FHRJuolzZRD22iI6UN/nJs7u0z5mp2GFmePIoGPqFGOooeeY/9z2n2bwlGWiFomvW/HaBMXq9dLvU6ELQEntJuIhtIZP2Jfe9s"
    "NzEaSIz6EvsZZKhpgsDc/Pw/YMEIhw=="
)
