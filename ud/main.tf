resource "aws_vpc" "a" {
 cidr_block = var.x
}
variable "x" {}
